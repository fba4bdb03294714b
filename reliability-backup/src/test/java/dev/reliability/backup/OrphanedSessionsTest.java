package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.time.TimeSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a process that died has left on the server. */
@ExtendWith(PrivatePostgres.Shared.class)
class OrphanedSessionsTest {
    private static final Caller ALICE = new Caller("alice");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    OrphanedSessionsTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void theSessionsOfABackupWhoseProcessDied_areEndedByTheNextOperation() throws Exception {
        String database = server.createDatabase();
        Repository repository = Repository.open(
                LocalObjectStore.open(folder), SigningKeys.none(), TimeSource.system(), "a-machine-that-died");
        RunningOperation dead =
                repository.operations().start(OperationStatus.Kind.CREATE, BackupType.DATABASE, null, ALICE);
        try (Lease lease = repository.leases().tryAcquire(dead.id()).orElseThrow()) {
            dead.attach(lease);
        }
        try (BackupManager manager = BackupManager.builder(LocalObjectStore.open(folder))
                        .database(server.config(database))
                        .build();
                Connection orphan = server.connect(PrivatePostgres.ROLE, database);
                Statement statement = orphan.createStatement()) {
            statement.execute("SET application_name = '" + dead.id() + "'");

            OperationStatus recovered =
                    manager.await(manager.recover().orElseThrow().id());

            assertThat(recovered.status()).as(recovered.message()).isEqualTo(Status.COMPLETED);
            assertThat(server.query(
                            database, "SELECT pid FROM pg_stat_activity WHERE application_name = '" + dead.id() + "'"))
                    .isEmpty();
            assertThat(manager.operation(dead.id()).orElseThrow().error()).isEqualTo("lease_lost");
        }
    }
}
