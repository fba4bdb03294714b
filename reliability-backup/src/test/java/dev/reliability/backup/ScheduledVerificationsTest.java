package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several managers on one folder; backups of objects, whose test restore needs no server. */
class ScheduledVerificationsTest {
    private static final Instant FIRE_TIME =
            TimeSource.system().now().truncatedTo(ChronoUnit.MINUTES).minus(10, ChronoUnit.MINUTES);
    private static final BackupType TYPE = BackupType.STORAGE;
    private static final String KEY = "a signing key of at least 32 bytes";

    @TempDir
    Path folder;

    private ObjectStore documents;

    @BeforeEach
    void open() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        documents.put("one.txt", ObjectAttributes.NONE, ObjectBody.of(new byte[] {1}));
    }

    @Test
    void the_newest_backup_is_proved_and_no_older_one() throws IOException {
        try (BackupManager backups = manager(KEY)) {
            String older = create(backups);
            String newest = create(backups);

            List<OperationStatus> ended = backups.verifyScheduled(FIRE_TIME, Caller.system());

            assertThat(ended).singleElement().satisfies(verified -> {
                assertThat(verified.kind()).isEqualTo(Kind.VERIFY);
                assertThat(verified.status()).as(verified.message()).isEqualTo(Status.COMPLETED);
                assertThat(verified.backupId()).isEqualTo(newest);
            });
            assertThat(backups.find(newest).orElseThrow().verifiedLevel()).isEqualTo(VerifyLevel.TEST_RESTORE);
            assertThat(backups.find(older).orElseThrow().verifiedLevel()).isNull();
            assertThat(backups.figures().newestTestRestored())
                    .isEqualTo(backups.find(newest).orElseThrow().createdAt());
        }
    }

    @Test
    void of_many_that_race_for_a_fire_time_one_verifies_and_the_others_do_nothing() throws Exception {
        List<BackupManager> managers = new ArrayList<>();
        List<Callable<List<OperationStatus>>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            BackupManager manager = manager(KEY);
            managers.add(manager);
            calls.add(() -> manager.verifyScheduled(FIRE_TIME, Caller.system()));
        }
        create(managers.get(0));
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());

        List<OperationStatus> ended = new ArrayList<>();
        for (Future<List<OperationStatus>> answer : threads.invokeAll(calls)) {
            ended.addAll(answer.get());
        }

        assertThat(ended).hasSize(1);
        assertThat(verifications()).isEqualTo(1);
        threads.shutdown();
        managers.forEach(BackupManager::close);
    }

    @Test
    void it_waits_for_a_backup_that_is_being_made_and_proves_that_one() throws Exception {
        HangingStore hanging = new HangingStore(documents);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (BackupManager slow = manager(hanging, KEY);
                BackupManager other = manager(KEY)) {
            create(other);
            OperationStatus making = slow.create(TYPE, new Caller("alice"));
            hanging.awaitReader();
            Future<List<OperationStatus>> scheduled =
                    threads.submit(() -> other.verifyScheduled(FIRE_TIME, Caller.system()));
            Awaitility.await().until(() -> files(".repository/verify-schedule").size() == 1);
            assertThat(verifications()).isZero();

            hanging.release();

            String made = String.valueOf(slow.await(making.id()).backupId());
            assertThat(scheduled.get())
                    .singleElement()
                    .satisfies(verified -> assertThat(verified.backupId()).isEqualTo(made));
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void one_that_is_damaged_is_told_and_counted_until_it_is_gone_or_found_whole() throws IOException {
        try (BackupManager backups = manager(KEY)) {
            String id = create(backups);
            Path blob = files("blobs").get(0);
            byte[] whole = Files.readAllBytes(blob);
            Files.write(blob, new byte[] {2});

            OperationStatus ended =
                    backups.verifyScheduled(FIRE_TIME, Caller.system()).get(0);

            assertThat(ended.status()).isEqualTo(Status.FAILED);
            assertThat(ended.error()).isEqualTo("damaged");
            assertThat(backups.figures().damaged()).isEqualTo(1);
            assertThat(backups.figures().newestTestRestored()).isNull();

            Files.write(blob, whole);
            verify(backups, id, VerifyLevel.STORED_BYTES);
            assertThat(backups.figures().damaged())
                    .as("a lower level does not look at all that the higher one does")
                    .isEqualTo(1);
            verify(backups, id, VerifyLevel.TEST_RESTORE);
            assertThat(backups.figures().damaged()).isZero();

            Files.write(blob, new byte[] {2});
            verify(backups, id, VerifyLevel.STORED_BYTES);
            assertThat(backups.figures().damaged()).isEqualTo(1);
            assertThat(backups.figures().newestTestRestored())
                    .as("what was once proved stays on record")
                    .isEqualTo(backups.find(id).orElseThrow().createdAt());
            backups.delete(id, Caller.system());
            assertThat(backups.figures().damaged()).isZero();
        }
    }

    @Test
    void what_nobody_of_us_has_signed_is_no_newest_backup() throws IOException {
        try (BackupManager others = manager("another signing key of 32 bytes or more");
                BackupManager backups = manager(KEY)) {
            String ours = create(backups);
            create(others);

            assertThat(backups.newestBackups()).extracting(Backup::id).containsExactly(ours);
        }
    }

    @Test
    void without_a_backup_nothing_is_verified() throws IOException {
        try (BackupManager backups = manager(KEY)) {
            assertThat(backups.verifyScheduled(FIRE_TIME, Caller.system())).isEmpty();
        }
    }

    @Test
    void a_fire_time_that_has_not_come_by_the_repositorys_clock_is_refused_and_stays_free() throws IOException {
        Instant tomorrow = FIRE_TIME.plus(1, ChronoUnit.DAYS);
        try (BackupManager backups = manager(KEY)) {
            assertThatThrownBy(() -> backups.verifyScheduled(tomorrow, Caller.system()))
                    .isInstanceOf(BackupException.Refused.class)
                    .hasMessageContaining(tomorrow.toString());
            assertThatThrownBy(() -> backups.verifyScheduled(FIRE_TIME.plusSeconds(1), Caller.system()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whole minute");
            assertThat(files(".repository/verify-schedule")).isEmpty();
        }
    }

    @Test
    void claims_go_with_retention_but_never_the_newest_and_a_repository_with_them_is_whole() throws IOException {
        try (BackupManager backups = manager(KEY)) {
            backups.verifyScheduled(FIRE_TIME.minus(30, ChronoUnit.DAYS), Caller.system());
            backups.verifyScheduled(FIRE_TIME.minus(20, ChronoUnit.DAYS), Caller.system());
            assertThat(files(".repository/verify-schedule")).hasSize(2);

            backups.cleanup(Caller.system());

            assertThat(files(".repository/verify-schedule")).hasSize(1);
            OperationStatus whole =
                    backups.await(backups.verifyRepository(VerifyLevel.STORED_BYTES, Caller.system(), finding -> {
                                throw new AssertionError(finding);
                            })
                            .id());
            assertThat(whole.status()).as(whole.message()).isEqualTo(Status.COMPLETED);
        }
    }

    private static String create(BackupManager backups) {
        OperationStatus ended =
                backups.await(backups.create(TYPE, new Caller("alice")).id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(ended.backupId());
    }

    private static void verify(BackupManager backups, String id, VerifyLevel level) {
        backups.await(backups.verify(id, level, new Caller("alice")).id());
    }

    private BackupManager manager(String key) throws IOException {
        return manager(documents, key);
    }

    private BackupManager manager(ObjectStore objects, String key) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(objects, null)
                .signingKeys(List.of(key))
                .build();
    }

    private long verifications() throws IOException {
        return repository().operations(Kind.VERIFY);
    }

    private List<Path> files(String path) throws IOException {
        return repository().files(path);
    }

    private SharedFolder repository() {
        return new SharedFolder(folder.resolve("backups"));
    }
}
