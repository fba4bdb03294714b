package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.Fault;
import dev.reliability.core.storage.FaultyObjectStore;
import dev.reliability.core.storage.FaultyObjectStore.Made;
import dev.reliability.core.time.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call that a backup makes of its repository's store fails, hangs, breaks off, is done twice, or is not done and
 * said to be. The backup is whole all the same, or there is none, an error says why, and the next one works. A sample
 * by default, all of them with {@code -Dfaults.calls=all}.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class FaultyStoreTest {
    private static final boolean ALL = System.getProperty("faults.calls", "").equals("all");
    private static final int SAMPLE = 20;
    private static final long SEED = Long.getLong("faults.seed", 20260103);

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    FaultyStoreTest(PrivatePostgres server) {
        this.server = server;
    }

    @ParameterizedTest
    @EnumSource(BackupType.class)
    void whateverTheStoreDoes_aBackupIsWholeOrThereIsAnError(BackupType type) throws Exception {
        BackupSite site = BackupSite.inUse(server, folder);
        site.keep();
        List<FaultyCall> all = FaultyCall.inTurn(callsOf(site, type));
        List<FaultyCall> calls = new ArrayList<>(all);
        if (!ALL) {
            Collections.shuffle(calls, new Random(SEED));
            calls.subList(SAMPLE, calls.size()).clear();
        }
        AtomicInteger whole = new AtomicInteger();
        SoftAssertions.assertSoftly(softly -> calls.forEach(call -> softly.check(() -> {
            site.beginAgain();
            whole.addAndGet(survive(site, type, call));
        })));
        site.restoreAndDeleteAll("at the end");
        System.out.printf(
                "%s: %d of %d faults, %d of the backups were whole all the same, %d were none%n",
                type, calls.size(), all.size(), whole.get(), calls.size() - whole.get());
    }

    private static int survive(BackupSite site, BackupType type, FaultyCall call) throws Exception {
        String what = "a " + type + " backup: " + call;
        Ended[] ended = new Ended[1];
        List<String> listed = site.survive(what, on -> ended[0] = make(on, type, call));
        requireClear(what, ended[0], listed);
        return listed.size();
    }

    /** How a backup ended, or why it did not begin: one of the two is null. */
    private record Ended(
            @Nullable OperationStatus operation, @Nullable BackupException refused) {}

    private static void requireClear(String what, Ended ended, List<String> listed) {
        if (ended.refused() != null) {
            assertThat(ended.refused().getMessage()).as(what).isNotBlank();
            assertThat(listed).as("%s: %s", what, ended.refused()).isEmpty();
            return;
        }
        OperationStatus operation = ended.operation();
        assertThat(operation.status())
                .as("%s: %s", what, operation)
                .isIn(Status.COMPLETED, Status.FAILED, Status.CANCELLED);
        assertThat(listed)
                .as("%s: %s", what, operation)
                .isEqualTo(operation.status() == Status.COMPLETED ? List.of(operation.backupId()) : List.of());
        if (operation.status() == Status.FAILED) {
            assertThat(operation.error()).as("%s: %s", what, operation).isIn("unavailable", "no_space", "damaged");
            assertThat(operation.message()).as(what).isNotBlank();
        }
    }

    /** What an unharmed backup asks of its store. */
    private static List<Made> callsOf(BackupSite site, BackupType type) throws Exception {
        FaultyObjectStore counting = new FaultyObjectStore(site.store());
        site.survive("an unharmed " + type, on -> {
            try (BackupManager manager =
                    BackupSite.manager(counting, on.database(), on.objects(), TimeSource.system())) {
                OperationStatus begun = manager.create(type, BackupSite.DRILL);
                assertThat(manager.await(begun.id()).status()).isEqualTo(Status.COMPLETED);
            }
        });
        return counting.calls();
    }

    @SuppressWarnings("try") // closing it early is what ends an operation whose store hangs
    private static Ended make(BackupSite on, BackupType type, FaultyCall call) throws Exception {
        Fault fault = call.kind().fault();
        FaultyObjectStore faulty = new FaultyObjectStore(on.store()).script(call.call(), call.nth(), fault);
        try (BackupManager manager = BackupSite.manager(faulty, on.database(), on.objects(), TimeSource.system())) {
            FutureTask<Ended> ended = new FutureTask<>(() -> make(manager, type));
            Thread caller = new Thread(ended, "caller");
            caller.start();
            if (call.kind() == FaultyCall.Kind.HANGS) {
                fault.awaitReached();
                manager.close();
                awaitEnd(caller);
            }
            Ended result = ended.get(60, TimeUnit.SECONDS);
            faulty.assertAllReached();
            return result;
        }
    }

    private static Ended make(BackupManager manager, BackupType type) {
        try {
            OperationStatus begun = manager.create(type, BackupSite.DRILL);
            return new Ended(manager.await(begun.id()), null);
        } catch (BackupException refused) {
            return new Ended(null, refused);
        }
    }

    /** A caller that hangs itself, before there is an operation, gives up by an interrupt. */
    private static void awaitEnd(Thread caller) throws InterruptedException {
        caller.join(1000);
        caller.interrupt();
        caller.join();
    }
}
