package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that takes the lease of a folder, begins a backup, says which, and never ends. */
final class LeaseHolder {
    private LeaseHolder() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Repository repository = Repository.open(
                LocalObjectStore.open(Path.of(args[0])),
                SigningKeys.none(),
                TimeSource.system(),
                args[1],
                TwoProcessesTest.rules(),
                Clockwork.threads());
        RunningOperation operation =
                repository.operations().start(Kind.CREATE, BackupType.DATABASE, null, new Caller("holder"));
        operation.attach(repository.leases().tryAcquire(operation.id()).orElseThrow());
        System.out.println(repository.ids().claim(operation, BackupType.DATABASE));
        new CountDownLatch(1).await();
    }
}
