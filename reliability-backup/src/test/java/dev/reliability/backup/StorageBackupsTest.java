package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a backup, on the kind that needs no database. */
class StorageBackupsTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";

    @TempDir
    Path folder;

    private ObjectStore documents;
    private BackupManager backups;

    @BeforeEach
    void open() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        backups = manager(documents, KEY);
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @Test
    void aBackup_isListedWithPathSizeAndSignature_andRestores() throws IOException {
        put("one.txt", "one");
        OperationStatus made = create();
        documents.delete("one.txt");

        assertThat(made.status()).isEqualTo(OperationStatus.Status.COMPLETED);
        assertThat(made.requestedBy()).isEqualTo("alice");
        Backup backup = backups.list(BackupQuery.all()).backups().get(0);
        assertThat(backup.id()).isEqualTo(made.backupId());
        assertThat(backup.type()).isEqualTo(BackupType.STORAGE);
        assertThat(backup.path())
                .isEqualTo(folder.resolve("backups/storage/" + backup.id()).toString());
        assertThat(backup.signed()).isTrue();
        assertThat(backup.size()).isPositive();
        OperationStatus restored = restore(backup.id(), RestoreOptions.defaults());
        assertThat(restored.status()).as(restored.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        assertThat(get("one.txt")).isEqualTo("one");
    }

    @Test
    void operationsAndBackups_areSeenByEveryProcessThatSharesTheRepository() throws IOException {
        put("one.txt", "one");
        OperationStatus made = create();

        try (BackupManager other = manager(documents, KEY)) {
            assertThat(other.operation(made.id())).contains(made);
            assertThat(other.find(String.valueOf(made.backupId()))).isPresent();
        }
    }

    @Test
    void twoBackupsInASecond_haveDifferentIds_newestFirst() throws IOException {
        put("one.txt", "one");
        String first = String.valueOf(create().backupId());
        String second = String.valueOf(create().backupId());

        assertThat(backups.list(BackupQuery.all()).backups())
                .extracting(Backup::id)
                .containsExactly(second, first);
    }

    @Test
    void whileOneOperationRuns_anotherIsBusy_andNamesIt() throws Exception {
        HangingStore hanging = new HangingStore(documents);
        put("one.txt", "one");
        try (BackupManager slow = manager(hanging, KEY);
                BackupManager other = manager(documents, KEY)) {
            OperationStatus running = slow.create(BackupType.STORAGE, ALICE);
            hanging.awaitReader();

            assertThatThrownBy(() -> slow.create(BackupType.STORAGE, ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Busy.class,
                            busy -> assertThat(busy.operation()).isEqualTo(running.id()));
            assertThatThrownBy(() -> other.create(BackupType.STORAGE, ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Busy.class,
                            busy -> assertThat(busy.operation()).isEqualTo(running.id()));
            assertThat(other.busy()).isTrue();
            assertThat(other.operation(running.id()).orElseThrow().status()).isEqualTo(OperationStatus.Status.RUNNING);

            hanging.release();
            assertThat(slow.await(running.id()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
            assertThat(other.busy()).isFalse();
        }
    }

    @Test
    void aListener_isToldOfEveryEnd_andWhatItThrowsChangesNothing() throws IOException {
        put("one.txt", "one");
        List<OperationStatus> told = new CopyOnWriteArrayList<>();
        try (BackupManager heard = BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(documents, null)
                .onOperationEnded(ended -> {
                    throw new IllegalStateException("a listener's own fault");
                })
                .build()) {
            OperationStatus made =
                    heard.await(heard.create(BackupType.STORAGE, ALICE).id());
            assertThat(made.status()).isEqualTo(OperationStatus.Status.COMPLETED);
        }
        try (BackupManager heard = BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(new FailingStore(documents), null)
                .onOperationEnded(told::add)
                .build()) {
            OperationStatus failed =
                    heard.await(heard.create(BackupType.STORAGE, ALICE).id());
            heard.cleanup(ALICE);

            assertThat(told.get(0)).isEqualTo(failed);
            assertThat(told)
                    .extracting(OperationStatus::kind)
                    .containsExactly(OperationStatus.Kind.CREATE, OperationStatus.Kind.CLEANUP);
        }
    }

    @Test
    void figures_areOfWhatIsOnRecord_whicheverProcessMadeIt() throws IOException {
        put("one.txt", "one");
        create();
        Backup newest = backups.find(String.valueOf(create().backupId())).orElseThrow();
        try (BackupManager broken = manager(new FailingStore(documents), KEY)) {
            broken.await(broken.create(BackupType.STORAGE, ALICE).id());
        }

        BackupFigures figures = backups.figures();

        assertThat(figures.newest()).containsOnlyKeys(BackupType.STORAGE);
        BackupFigures.Newest of = figures.newest().get(BackupType.STORAGE);
        assertThat(of.createdAt()).isEqualTo(newest.createdAt());
        assertThat(of.duration()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(of.size()).isEqualTo(newest.size());
        assertThat(of.addedBytes()).isEqualTo(newest.addedBytes()).isLessThan(newest.size());
        assertThat(figures.counts()).isEqualTo(Map.of(BackupStatus.COMPLETED, 2));
        assertThat(figures.newestVerified()).isNull();
        assertThat(backups.await(backups.verify(newest.id(), VerifyLevel.STORED_BYTES, ALICE)
                                .id())
                        .status())
                .isEqualTo(OperationStatus.Status.COMPLETED);
        assertThat(backups.figures().newestVerified()).isEqualTo(newest.createdAt());
        assertThat(figures.failures())
                .isEqualTo(Map.of(new BackupFigures.Failure(OperationStatus.Kind.CREATE, "unavailable"), 1));
        try (BackupManager otherKey = manager(documents, "another signing key of 32 bytes or more")) {
            assertThat(otherKey.figures().newest()).isEmpty();
        }
    }

    @Test
    void aStoppedService_cancelsWhatRuns_andLeavesNoBackup() throws Exception {
        HangingStore hanging = new HangingStore(documents);
        put("one.txt", "one");
        BackupManager stopped = manager(hanging, KEY);
        OperationStatus running = stopped.create(BackupType.STORAGE, ALICE);
        hanging.awaitReader();

        stopped.close();

        OperationStatus ended = backups.operation(running.id()).orElseThrow();
        assertThat(ended.status()).isEqualTo(OperationStatus.Status.CANCELLED);
        assertThat(backups.list(BackupQuery.all()).count()).isZero();
        assertThat(files("backups/storage")).isEmpty();
        assertThat(files("backups/.store")).isEmpty();
        assertThat(create().status()).as("the lease is free").isEqualTo(OperationStatus.Status.COMPLETED);
    }

    @Test
    void aFailedBackup_isAnOperationAndNeverABackup() throws IOException {
        put("one.txt", "one");
        try (BackupManager broken = manager(new FailingStore(documents), KEY)) {
            OperationStatus ended =
                    broken.await(broken.create(BackupType.STORAGE, ALICE).id());

            assertThat(ended.status()).isEqualTo(OperationStatus.Status.FAILED);
            assertThat(ended.error()).isEqualTo("unavailable");
            assertThat(ended.message()).contains("the disk reported an error");
        }
        assertThat(backups.list(BackupQuery.all()).count()).isZero();
        assertThat(backups.list(new BackupQuery(null, EnumSet.of(BackupStatus.FAILED), 10))
                        .backups())
                .hasSize(1);
        assertThat(files("backups/storage")).isEmpty();
    }

    @Test
    void aChangedUnsignedOrForeignManifest_isRefusedByName() throws IOException {
        put("one.txt", "one");
        String id = String.valueOf(create().backupId());
        Path manifest = folder.resolve("backups/storage/" + id + "/manifest.json");
        String text = Files.readString(manifest);

        Files.writeString(manifest, text.replace("\"alice\"", "\"mallory\""));
        assertThatThrownBy(() -> backups.restore(id, RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining(id);

        Files.writeString(manifest, text);
        try (BackupManager otherKey = manager(documents, "another signing key of 32 bytes or more")) {
            assertThatThrownBy(() -> otherKey.restore(id, RestoreOptions.defaults(), ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Refused.class,
                            refused -> assertThat(refused.reasons()).anyMatch(reason -> reason.contains("--trust")));
        }
        assertThat(restore(id, RestoreOptions.defaults()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
    }

    @Test
    void aMissingCutOrFlippedFile_isDamage_andChangesNothing() throws IOException {
        put("one.txt", "content");
        String id = String.valueOf(create().backupId());
        put("one.txt", "changed");
        Path blob = files("backups/blobs").get(0);
        Path index = folder.resolve("backups/storage/" + id + "/objects.jsonl.gz");

        Files.writeString(blob, "c0ntent");
        OperationStatus flipped = restore(id, RestoreOptions.defaults());
        assertThat(flipped.error()).isEqualTo("damaged");
        assertThat(flipped.message()).contains(blob.toString());
        assertThat(get("one.txt")).isEqualTo("changed");

        Files.writeString(blob, "cut");
        assertThatThrownBy(() -> backups.restore(id, RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("3 bytes, 7 were stored");
        Files.delete(index);
        assertThatThrownBy(() -> backups.restore(id, RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining(index + " is missing");
    }

    @Test
    void aDamagedJournal_ofOneRestore_stopsNoOther() throws IOException {
        put("one.txt", "one");
        String id = String.valueOf(create().backupId());
        restore(id, RestoreOptions.defaults());
        Path journal = files("backups/.repository/journal").get(0);
        Files.writeString(journal, Files.readString(journal).replace("begun", "began"));

        assertThat(restore(id, RestoreOptions.defaults()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
        assertThat(Files.readString(journal)).as("it stays for people to see").contains("began");
    }

    @Test
    void aDeletedBackup_isGone_andAnotherOneStillRestores() throws IOException {
        put("one.txt", "one");
        String first = String.valueOf(create().backupId());
        String second = String.valueOf(create().backupId());

        backups.delete(first, ALICE);

        assertThat(backups.find(first)).isEmpty();
        assertThatThrownBy(() -> backups.delete(first, ALICE)).isInstanceOf(BackupException.NotFound.class);
        assertThatThrownBy(() -> backups.restore(first, RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.NotFound.class);
        documents.delete("one.txt");
        assertThat(restore(second, RestoreOptions.defaults()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
        assertThat(get("one.txt")).isEqualTo("one");
    }

    @Test
    void cleanup_keepsTheNewest_andSaysWhatItDeleted() throws IOException {
        put("one.txt", "one");
        create();

        assertThat(backups.cleanup(ALICE)).isEmpty();
        assertThat(backups.list(BackupQuery.all()).count()).isEqualTo(1);
    }

    @Test
    void aPathInTheRepository_namesItsBackup_andAForeignFileNeedsTrust() throws IOException {
        put("one.txt", "one");
        String id = String.valueOf(create().backupId());
        documents.delete("one.txt");

        OperationStatus restored = backups.await(
                backups.restoreFile(folder.resolve("backups/storage/" + id), RestoreOptions.defaults(), ALICE)
                        .id());
        assertThat(restored.backupId()).isEqualTo(id);
        assertThat(get("one.txt")).isEqualTo("one");

        Path foreign = Files.writeString(folder.resolve("backup_" + id + ".sql"), "SELECT 1;");
        assertThatThrownBy(() -> backups.restoreFile(foreign, RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.Refused.class)
                .hasMessageContaining(foreign.toString());
        assertThatThrownBy(() -> backups.restoreFile(folder.resolve("none.sql.gz"), RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.NotFound.class);
    }

    @Test
    void withoutADatabase_databaseBackupsAreRefused_andOddIdsAreUnknown() {
        assertThatThrownBy(() -> backups.create(BackupType.FULL, ALICE)).isInstanceOf(BackupException.Refused.class);
        assertThat(backups.find("../x")).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> backups.restore("../x", RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.NotFound.class);
    }

    private OperationStatus create() {
        return backups.await(backups.create(BackupType.STORAGE, ALICE).id());
    }

    private OperationStatus restore(String id, RestoreOptions options) {
        return backups.await(backups.restore(id, options, ALICE).id());
    }

    private BackupManager manager(ObjectStore objects, String key) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(objects, null)
                .signingKeys(List.of(key))
                .build();
    }

    private void put(String key, String text) throws IOException {
        documents.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String get(String key) throws IOException {
        try (InputStream in = documents.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<Path> files(String path) throws IOException {
        if (!Files.exists(folder.resolve(path))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder.resolve(path))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
