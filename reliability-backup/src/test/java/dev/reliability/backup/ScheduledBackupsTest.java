package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several managers on one folder, as several backends and jobs are; backups of objects, which need no database. */
class ScheduledBackupsTest {
    private static final Instant FIRE_TIME =
            TimeSource.system().now().truncatedTo(ChronoUnit.MINUTES).minus(10, ChronoUnit.MINUTES);
    private static final Instant NEXT = FIRE_TIME.plus(5, ChronoUnit.MINUTES);
    private static final BackupType TYPE = BackupType.STORAGE;

    @TempDir
    Path folder;

    private ObjectStore documents;

    @BeforeEach
    void open() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        documents.put("one.txt", ObjectAttributes.NONE, ObjectBody.of(new byte[] {1}));
    }

    @Test
    void of_many_that_race_for_a_fire_time_one_makes_the_backup_and_the_others_do_nothing() throws Exception {
        int racers = 8;
        List<BackupManager> managers = new ArrayList<>();
        List<Callable<Optional<OperationStatus>>> calls = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            BackupManager manager = manager(documents);
            managers.add(manager);
            calls.add(() -> manager.createScheduled(TYPE, FIRE_TIME, Caller.system()));
        }

        List<Optional<OperationStatus>> answers = all(calls);

        assertThat(managers.get(0).list(BackupQuery.all()).count()).isEqualTo(1);
        assertThat(created()).isEqualTo(1);
        assertThat(answers.stream().flatMap(Optional::stream))
                .isNotEmpty()
                .allSatisfy(status -> assertThat(status.kind()).isEqualTo(OperationStatus.Kind.CREATE))
                .extracting(OperationStatus::id)
                .containsOnly(answers.stream()
                        .flatMap(Optional::stream)
                        .findFirst()
                        .orElseThrow()
                        .id());
        managers.forEach(BackupManager::close);
    }

    @Test
    void a_fire_time_that_was_done_is_answered_with_how_that_ended() throws IOException {
        try (BackupManager one = manager(documents);
                BackupManager other = manager(documents)) {
            OperationStatus made =
                    one.createScheduled(TYPE, FIRE_TIME, Caller.system()).orElseThrow();

            assertThat(made.status()).isEqualTo(OperationStatus.Status.COMPLETED);
            assertThat(one.createScheduled(TYPE, FIRE_TIME, Caller.system())).contains(made);
            assertThat(other.createScheduled(TYPE, FIRE_TIME, Caller.system())).contains(made);
            assertThat(other.createScheduled(TYPE, NEXT, Caller.system())).isNotEqualTo(Optional.of(made));
            assertThat(created()).isEqualTo(2);
        }
    }

    @Test
    void a_scheduled_backup_that_meets_another_one_ends_with_its_outcome() throws Exception {
        HangingStore hanging = new HangingStore(documents);
        try (BackupManager slow = manager(hanging);
                BackupManager other = manager(documents)) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            Future<Optional<OperationStatus>> first =
                    threads.submit(() -> slow.createScheduled(TYPE, FIRE_TIME, Caller.system()));
            hanging.awaitReader();
            Future<Optional<OperationStatus>> second =
                    threads.submit(() -> other.createScheduled(TYPE, NEXT, Caller.system()));
            Awaitility.await().until(() -> files(".repository/schedule").size() == 2);

            hanging.release();

            assertThat(second.get().orElseThrow().id())
                    .isEqualTo(first.get().orElseThrow().id());
            assertThat(second.get().orElseThrow().status()).isEqualTo(OperationStatus.Status.COMPLETED);
            assertThat(created()).isEqualTo(1);
            threads.shutdown();
        }
    }

    @Test
    void a_scheduled_backup_that_meets_a_manual_one_waits_and_makes_its_own() throws Exception {
        HangingStore hanging = new HangingStore(documents);
        try (BackupManager slow = manager(hanging);
                BackupManager other = manager(documents)) {
            OperationStatus manual = slow.create(TYPE, new Caller("alice"));
            hanging.awaitReader();
            ExecutorService threads = Executors.newSingleThreadExecutor();
            Future<Optional<OperationStatus>> scheduled =
                    threads.submit(() -> other.createScheduled(TYPE, FIRE_TIME, Caller.system()));
            Awaitility.await().until(() -> files(".repository/schedule").size() == 1);
            assertThat(scheduled).isNotDone();

            hanging.release();

            assertThat(scheduled.get().orElseThrow().id()).isNotEqualTo(manual.id());
            assertThat(created()).isEqualTo(2);
            threads.shutdown();
        }
    }

    @Test
    void what_fails_is_on_record_and_is_not_made_again() throws IOException {
        try (BackupManager broken = manager(new FailingStore(documents));
                BackupManager sound = manager(documents)) {
            OperationStatus failed =
                    broken.createScheduled(TYPE, FIRE_TIME, Caller.system()).orElseThrow();

            assertThat(failed.status()).isEqualTo(OperationStatus.Status.FAILED);
            assertThat(failed.error()).isEqualTo("unavailable");
            assertThat(sound.createScheduled(TYPE, FIRE_TIME, Caller.system())).contains(failed);
            assertThat(created()).isEqualTo(1);
        }
    }

    @Test
    void after_it_what_retention_no_longer_keeps_is_deleted_with_old_claims_but_never_the_newest_claim()
            throws IOException {
        Instant longAgo = FIRE_TIME.minus(30, ChronoUnit.DAYS);
        try (BackupManager backups = manager(documents)) {
            backups.createScheduled(TYPE, longAgo, Caller.system());
            assertThat(files(".repository/schedule")).hasSize(1);
            backups.createScheduled(TYPE, FIRE_TIME, Caller.system());

            assertThat(files(".repository/schedule")).hasSize(1);
            assertThat(operations(OperationStatus.Kind.CLEANUP)).isEqualTo(2);
        }
    }

    @Test
    void a_fire_time_that_has_not_come_by_the_repositorys_clock_is_refused_and_stays_free() throws IOException {
        Instant tomorrow = FIRE_TIME.plus(1, ChronoUnit.DAYS);
        try (BackupManager backups = manager(documents)) {
            assertThatThrownBy(() -> backups.createScheduled(TYPE, tomorrow, Caller.system()))
                    .isInstanceOf(BackupException.Refused.class)
                    .hasMessageContaining(tomorrow.toString());
            assertThatThrownBy(() -> backups.createScheduled(TYPE, FIRE_TIME.plusSeconds(1), Caller.system()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whole minute");
            assertThat(files(".repository/schedule")).isEmpty();
        }
    }

    private BackupManager manager(ObjectStore objects) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(objects, null)
                .build();
    }

    private static <T> List<T> all(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            threads.shutdown();
        }
    }

    private long created() throws IOException {
        return operations(OperationStatus.Kind.CREATE);
    }

    private long operations(OperationStatus.Kind kind) throws IOException {
        return repository().operations(kind);
    }

    private List<Path> files(String path) throws IOException {
        return repository().files(path);
    }

    private SharedFolder repository() {
        return new SharedFolder(folder.resolve("backups"));
    }
}
