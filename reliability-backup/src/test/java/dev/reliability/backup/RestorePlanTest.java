package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.reliability.backup.encryption.AgeKeys;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a restore would do, told while nothing is done. */
@ExtendWith(PrivatePostgres.Shared.class)
class RestorePlanTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private ObjectStore objects;
    private BackupManager backups;

    RestorePlanTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws IOException {
        database = server.createDatabase();
        objects = LocalObjectStore.open(folder.resolve("objects"));
        backups = builder().build();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE document (key text PRIMARY KEY)",
                "INSERT INTO document SELECT 'key-' || g FROM generate_series(1, 5) g");
        for (int i = 1; i <= 5; i++) {
            put("key-" + i, "content " + i);
        }
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @Test
    void aFullBackup_isPlannedObjectByObject_andNothingIsChanged() throws Exception {
        String id = completed(BackupType.FULL);
        objects.delete("key-1");
        put("key-2", "of another length");
        put("later-1", "123");
        put("later-2", "1234");
        Map<String, String> before = files();
        List<String> databases = databases();

        RestorePlan plan = plan(id, RestoreOptions.defaults());
        RestorePlan mirrored = plan(id, new RestoreOptions(Mode.IN_PLACE, false, true, Set.of()));

        assertThat(plan.possible()).as(plan.obstacles().toString()).isTrue();
        assertThat(plan.accept()).isEmpty();
        assertThat(plan.backupId()).isEqualTo(id);
        assertThat(plan.type()).isEqualTo(BackupType.FULL);
        assertThat(plan.createdAt()).isEqualTo(backups.find(id).orElseThrow().createdAt());
        assertThat(plan.estimate()).isEqualTo(RestorePlan.Estimate.unknown());
        RestorePlan.Objects found = plan.objects();
        assertThat(found.compared()).isTrue();
        assertThat(found.missing()).isEqualTo(1);
        assertThat(found.differing()).isEqualTo(1);
        assertThat(found.deleted()).isZero();
        assertThat(found.store().needed()).isEqualTo("content 1content 2".length());
        assertThat(found.store().known()).isTrue();
        assertThat(found.repository().needed()).isEqualTo("of another length".length());
        assertThat(plan.database().mode()).isEqualTo(Mode.SWITCH);
        assertThat(plan.database().name()).isEqualTo(database);
        assertThat(plan.database().space().needed()).isPositive();
        assertThat(plan.database().space().known()).isFalse();

        assertThat(mirrored.database().mode()).isEqualTo(Mode.IN_PLACE);
        assertThat(mirrored.objects().deleted()).isEqualTo(2);
        assertThat(mirrored.objects().repository().needed()).isEqualTo("of another length1231234".length());
        assertThat(files()).isEqualTo(before);
        assertThat(databases()).isEqualTo(databases);
        assertThat(backups.busy()).isFalse();
    }

    @Test
    void whatCameSinceTheBackup_isCounted() {
        String id = completed(BackupType.DATABASE);
        long before = plan(id, RestoreOptions.defaults()).database().transactionsLost();
        for (int i = 0; i < 7; i++) {
            server.execute(PrivatePostgres.ROLE, database, "INSERT INTO document VALUES ('later-" + i + "')");
        }

        long after = plan(id, RestoreOptions.defaults()).database().transactionsLost();

        assertThat(before).as("of the backup itself").isLessThan(3);
        assertThat(after - before).isBetween(7L, 12L);
    }

    @Test
    void howLongItTakes_isByWhatRestoresOfItsTypeTook() throws Exception {
        String id = completed(BackupType.DATABASE);
        String storage = completed(BackupType.STORAGE);
        OperationStatus restored = restored(id);

        RestorePlan.Estimate estimate = plan(id, RestoreOptions.defaults()).estimate();

        Duration taken = Duration.between(restored.startedAt(), restored.finishedAt());
        assertThat(estimate.restores()).isEqualTo(1);
        assertThat(estimate.duration()).isBetween(taken.minusMillis(1), taken.plusMillis(1));
        assertThat(estimate.bytesPerSecond()).isPositive();
        assertThat(plan(storage, RestoreOptions.defaults()).estimate()).isEqualTo(RestorePlan.Estimate.unknown());
    }

    @Test
    void afterARestore_itSaysThatObjectsOfOtherMomentsMayDiffer() throws Exception {
        String id = completed(BackupType.STORAGE);
        objects.delete("key-3");
        restored(id);

        RestorePlan.Objects found = plan(id, RestoreOptions.defaults()).objects();

        assertThat(found.missing()).isZero();
        assertThat(found.differing()).isEqualTo(1);
    }

    @Test
    void anIncompleteBackup_isAnObstacleUntilItIsAccepted() throws Exception {
        objects.delete("key-3");
        OperationStatus made =
                backups.await(backups.create(BackupType.FULL, ALICE).id());
        String id = String.valueOf(made.backupId());

        RestorePlan refused = plan(id, RestoreOptions.defaults());
        RestorePlan accepted = plan(id, accepting(Risk.INCOMPLETE));

        assertThat(refused.obstacles()).singleElement().asString().contains("accept=incomplete");
        assertThat(refused.accept()).containsExactly(Risk.INCOMPLETE);
        assertThat(refused.objects()).as("the rest is told all the same").isNotNull();
        assertThat(accepted.possible()).isTrue();
        assertThat(accepted.accept()).containsExactly(Risk.INCOMPLETE);
    }

    @Test
    void settingsThatWouldBeLost_areAnObstacleUntilTheyAreAccepted() {
        server.execute(
                PrivatePostgres.SUPERUSER, database, "ALTER DATABASE " + database + " SET log_statement = 'all'");
        String id = completed(BackupType.DATABASE);

        RestorePlan refused = plan(id, RestoreOptions.defaults());
        RestorePlan accepted = plan(id, accepting(Risk.SETTINGS));

        assertThat(refused.obstacles())
                .singleElement()
                .asString()
                .contains("the setting log_statement can not be carried over", "accept=settings");
        assertThat(refused.accept()).containsExactly(Risk.SETTINGS);
        assertThat(accepted.possible()).isTrue();
        assertThat(accepted.database().notCarriedOver()).hasSize(1);
    }

    @Test
    void severalObstacles_areToldAtOnce() throws Exception {
        objects.delete("key-3");
        server.execute(
                PrivatePostgres.SUPERUSER, database, "ALTER DATABASE " + database + " SET log_statement = 'all'");
        String id = String.valueOf(
                backups.await(backups.create(BackupType.FULL, ALICE).id()).backupId());
        try (BackupManager strangers = builder()
                .signingKeys(List.of("another signing key of 32 bytes."))
                .build()) {
            RestorePlan plan = strangers.plan(id, RestoreOptions.defaults());

            assertThat(plan.obstacles())
                    .satisfiesExactlyInAnyOrder(
                            untrusted -> assertThat(untrusted).contains("nobody knows who wrote it"),
                            incomplete -> assertThat(incomplete).contains("accept=incomplete"),
                            setting -> assertThat(setting).contains("log_statement"));
            assertThat(plan.accept()).containsExactlyInAnyOrder(Risk.values());
        }
    }

    @Test
    void tooLittleRoomForMissingObjects_isAnObstacle_andTheRestoreWritesNoneOfThem() throws Exception {
        String id = completed(BackupType.STORAGE);
        objects.delete("key-1");
        objects.delete("key-2");
        objects = new Crowded(objects, 17);
        backups.close();
        backups = builder().build();

        RestorePlan plan = plan(id, RestoreOptions.defaults());
        OperationStatus restored = backups.await(
                backups.restore(id, RestoreOptions.defaults(), ALICE).id());

        assertThat(plan.obstacles())
                .singleElement()
                .asString()
                .contains("has room for 17 bytes, and the 2 objects that are missing in it take 18");
        assertThat(plan.objects().store()).isEqualTo(new RestorePlan.Space(18L, 17L));
        assertThat(plan.objects().store().known()).isFalse();
        assertThat(restored.error()).isEqualTo("no_space");
        assertThat(restored.message()).isEqualTo(plan.obstacles().get(0));
        assertThat(objects.head("key-1")).isEmpty();
    }

    @Test
    void aListThatTakesTooLong_isLeftForTheCountsOfTheManifest() throws Exception {
        String id = completed(BackupType.STORAGE);
        ManualTime time = new ManualTime();
        objects = new Slow(objects, time);
        backups.close();
        backups = builder().time(time).build();

        RestorePlan.Objects found = plan(id, RestoreOptions.defaults()).objects();

        assertThat(found.compared()).isFalse();
        assertThat(found.missing()).isEqualTo(5);
        assertThat(found.store().needed()).isEqualTo(5 * "content 1".length());
        assertThat(found.repository().needed()).isNull();
    }

    @Test
    void anEncryptedBackupWithoutItsIdentity_isPlannedByItsManifest() throws Exception {
        Path identity = AgeKeys.make(folder.resolve("identity.txt"));
        backups.close();
        backups = builder()
                .encryption(Recipients.of(List.of(AgeKeys.recipient(identity))))
                .build();
        String id = completed(BackupType.FULL);

        RestorePlan plan = plan(id, RestoreOptions.defaults());

        assertThat(plan.obstacles()).singleElement().asString().contains("is encrypted, and no identity is given");
        assertThat(plan.objects().compared()).isFalse();
        assertThat(plan.objects().missing()).isEqualTo(5);
        assertThat(plan.database().transactionsLost()).isNotNull();
    }

    @Test
    void besideARunningOperation_itAnswers() throws Exception {
        String id = completed(BackupType.DATABASE);
        HangingStore hanging = new HangingStore(objects);
        try (BackupManager busy = builder().objects(hanging, null).build()) {
            String running = busy.create(BackupType.STORAGE, ALICE).id();
            hanging.awaitReader();

            assertThat(backups.busy()).isTrue();
            assertThat(plan(id, RestoreOptions.defaults()).possible()).isTrue();

            hanging.release();
            assertThat(busy.await(running).status()).isEqualTo(Status.COMPLETED);
        }
    }

    @Test
    void whatLeavesNothingToPlan_isThrown() throws Exception {
        String id = completed(BackupType.DATABASE);
        assertThatThrownBy(() -> plan("20260103_140000", RestoreOptions.defaults()))
                .isInstanceOf(BackupException.NotFound.class);

        Files.delete(folder.resolve("backups/database/backup_" + id + ".sql.gz"));

        assertThatThrownBy(() -> plan(id, RestoreOptions.defaults())).isInstanceOf(BackupException.Damaged.class);
    }

    @Test
    void aFile_isPlannedAsTheBackupThatItIs_orAsAStrangersDump() throws Exception {
        String id = completed(BackupType.DATABASE);
        Path own = folder.resolve("backups/database/backup_" + id + ".sql.gz");
        Path plain = Files.writeString(
                folder.resolve("foreign.sql"), "SELECT 1;\n--\n-- PostgreSQL database dump complete\n--\n\n");
        Path cut = Files.writeString(folder.resolve("cut.sql"), "SELECT 1;\n");

        assertThat(backups.planFile(own, RestoreOptions.defaults()).backupId()).isEqualTo(id);
        RestorePlan refused = backups.planFile(plain, RestoreOptions.defaults());
        assertThat(refused.backupId()).isNull();
        assertThat(refused.obstacles()).singleElement().asString().contains("--trust");
        assertThat(refused.accept()).containsExactly(Risk.UNTRUSTED);
        RestorePlan trusted = backups.planFile(plain, accepting(Risk.UNTRUSTED));
        assertThat(trusted.possible()).isTrue();
        assertThat(trusted.database().space().needed()).isNull();
        assertThat(trusted.database().transactionsLost()).isNull();
        assertThatThrownBy(() -> backups.planFile(cut, accepting(Risk.UNTRUSTED)))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("the dump is cut after 10 bytes");
        assertThatThrownBy(() -> backups.planFile(folder.resolve("none.sql"), RestoreOptions.defaults()))
                .isInstanceOf(BackupException.NotFound.class);
    }

    /** A store that says how much room it has. */
    private static final class Crowded extends ForwardingObjectStore {
        private final long free;

        Crowded(ObjectStore real, long free) {
            super(real);
            this.free = free;
        }

        @Override
        public OptionalLong freeBytes() {
            return OptionalLong.of(free);
        }
    }

    /** A store that takes two seconds for each object that it lists. */
    private static final class Slow extends ForwardingObjectStore {
        private final ManualTime time;

        Slow(ObjectStore real, ManualTime time) {
            super(real);
            this.time = time;
        }

        @Override
        public Stream<ObjectInfo> list(String prefix) throws IOException {
            return super.list(prefix).peek(listed -> time.advance(Duration.ofSeconds(2)));
        }
    }

    private RestorePlan plan(String id, RestoreOptions options) {
        return assertTimeout(Duration.ofSeconds(5), () -> backups.plan(id, options));
    }

    private static RestoreOptions accepting(Risk risk) {
        return new RestoreOptions(null, false, false, Set.of(risk));
    }

    private String completed(BackupType type) {
        OperationStatus made = backups.await(backups.create(type, ALICE).id());
        assertThat(made.status()).as(made.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(made.backupId());
    }

    private OperationStatus restored(String id) {
        OperationStatus restored = backups.await(
                backups.restore(id, RestoreOptions.defaults(), ALICE).id());
        assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
        return restored;
    }

    private BackupManagerBuilder builder() throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(server.config(database))
                .objects(objects, connection -> Stream.of("key-1", "key-2", "key-3", "key-4", "key-5"))
                .signingKeys(List.of(KEY));
    }

    private List<String> databases() {
        return server.query("postgres", "SELECT d::text FROM pg_database d ORDER BY oid");
    }

    /** Every file of the repository and of the objects, with its moment and length. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(file.toString(), Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return files;
    }

    private void put(String key, String text) throws IOException {
        objects.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
