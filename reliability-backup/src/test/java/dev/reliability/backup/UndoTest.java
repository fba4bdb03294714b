package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that name objects, restored by mistake. */
@ExtendWith(PrivatePostgres.Shared.class)
class UndoTest {
    private static final Caller ALICE = new Caller("alice");
    private static final Duration DAY = Duration.ofHours(24);

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private ObjectStore objects;
    private BackupManager backups;

    UndoTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws IOException {
        database = server.createDatabase();
        objects = LocalObjectStore.open(folder.resolve("objects"));
        backups = manager(objects, DAY);
        sql("CREATE TABLE document (key text PRIMARY KEY, title text)");
        add("one", "first");
        add("two", "first");
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @Test
    void rows_and_objects_are_what_they_were_before_the_restore_and_after_undoing_that_what_they_were_after_it()
            throws Exception {
        String id = completed(backups.create(BackupType.FULL, ALICE)).backupId();
        sql("UPDATE document SET title = 'second'");
        put("two", "second");
        add("three", "second");
        String restore = restored(id).id();
        assertThat(rows()).containsExactly("one first", "two first");
        add("four", "after the restore");

        OperationStatus undone = completed(backups.undo(restore, ALICE));

        assertThat(undone.kind()).isEqualTo(Kind.UNDO);
        assertThat(undone.requestedBy()).isEqualTo("alice");
        assertThat(undone.backupId()).isEqualTo(id);
        assertThat(undone.message()).startsWith(restore + " is undone; database " + database);
        assertThat(rows()).containsExactly("one second", "three second", "two second");
        assertThat(get("two")).isEqualTo("second");
        assertThat(get("three")).isEqualTo("content of three");
        assertThat(get("four")).as("only added, and no harm").isEqualTo("content of four");

        completed(backups.undo(undone.id(), ALICE));

        assertThat(rows()).containsExactly("four after the restore", "one first", "two first");
        assertThat(get("two")).isEqualTo("content of two");
    }

    @Test
    void objects_that_the_restore_deleted_are_there_again_before_the_rows_that_name_them() throws Exception {
        String id = completed(backups.create(BackupType.FULL, ALICE)).backupId();
        add("three", "second");
        RestoreOptions mirror = new RestoreOptions(Mode.SWITCH, false, true, Set.of());
        String restore =
                completed(backups.restore(String.valueOf(id), mirror, ALICE)).id();
        assertThat(objects.head("three")).isEmpty();

        boolean[] there = {false};
        ObjectStore watched = new ForwardingObjectStore(objects) {
            @Override
            public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
                there[0] = key.equals("three") && rows().size() == 2;
                return super.put(key, attributes, body);
            }
        };
        try (BackupManager watching = manager(watched, DAY)) {
            OperationStatus undone =
                    watching.await(watching.undo(restore, ALICE).id());
            assertThat(undone.status()).as(undone.message()).isEqualTo(Status.COMPLETED);
        }

        assertThat(there[0]).as("written before the switch").isTrue();
        assertThat(rows()).containsExactly("one first", "three second", "two first");
        assertThat(get("three")).isEqualTo("content of three");
    }

    @Test
    void a_database_alone_and_objects_alone_are_undone_too() throws Exception {
        String rows = completed(backups.create(BackupType.DATABASE, ALICE)).backupId();
        String content = completed(backups.create(BackupType.STORAGE, ALICE)).backupId();
        sql("DELETE FROM document");
        String ofRows = restored(rows).id();
        put("two", "second");
        String ofContent = restored(content).id();

        completed(backups.undo(ofContent, ALICE));
        assertThat(get("two")).isEqualTo("second");
        assertThat(rows()).hasSize(2);
        completed(backups.undo(ofRows, ALICE));
        assertThat(get("two")).isEqualTo("second");
        assertThat(rows()).isEmpty();
    }

    @Test
    void what_was_undone_is_not_undone_twice() throws Exception {
        String restore = restoredWithChanges();
        OperationStatus undone = completed(backups.undo(restore, ALICE));

        assertThat(refused(restore))
                .isEqualTo("it was undone by " + undone.id() + " already; undo that one to come back to it");
        assertThat(rows()).containsExactly("one second", "two second");
    }

    @Test
    void what_is_no_restore_and_what_is_unknown_is_not_undone() {
        OperationStatus made = completed(backups.create(BackupType.DATABASE, ALICE));

        assertThat(refused(made.id())).isEqualTo("it is no restore but of the kind create");
        for (String unknown : List.of("op_20260101_000000_000001", "../x", "")) {
            assertThatThrownBy(() -> backups.undo(unknown, ALICE))
                    .isInstanceOf(BackupException.NotFound.class)
                    .hasMessageContaining("'" + unknown + "'");
        }
    }

    @ParameterizedTest
    @EnumSource(BackupType.class)
    void a_restore_that_replaced_nothing_leaves_nothing_to_undo(BackupType type) throws Exception {
        String id = completed(backups.create(type, ALICE)).backupId();
        if (type.hasDatabase()) {
            sql("ALTER TABLE document RENAME TO other");
            try (var holder = server.connect(PrivatePostgres.SUPERUSER, database)) {
                assertThat(holder.isValid(1)).isTrue();
                OperationStatus failed =
                        backups.await(backups.restore(String.valueOf(id), RestoreOptions.defaults(), ALICE)
                                .id());
                assertThat(failed.status()).as(failed.message()).isEqualTo(Status.FAILED);
                assertThat(refused(failed.id())).startsWith("it did not come so far that it replaced anything");
            }
        } else {
            assertThat(refused(restored(id).id())).startsWith("it did not come so far that it replaced anything");
        }
    }

    @Test
    void a_restore_in_place_can_not_be_undone_and_says_what_to_do_instead() {
        String id = completed(backups.create(BackupType.FULL, ALICE)).backupId();
        RestoreOptions inPlace = new RestoreOptions(Mode.IN_PLACE, false, false, Set.of());
        String restore =
                completed(backups.restore(String.valueOf(id), inPlace, ALICE)).id();

        assertThat(refused(restore))
                .contains("it restored in place")
                .endsWith("restore a backup that was made before it");
    }

    @Test
    void without_a_database_before_it_there_is_nothing_to_go_back_to() {
        String id = completed(backups.create(BackupType.DATABASE, ALICE)).backupId();
        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + database + " WITH (FORCE)");

        assertThat(refused(restored(id).id())).isEqualTo("there was no database before it to go back to");
    }

    @Test
    void when_its_time_is_over_it_says_so_and_no_journal_is_left() throws Exception {
        String restore = restoredWithChanges();
        String undo = completed(backups.undo(restore, ALICE)).id();
        try (BackupManager impatient = manager(objects, Duration.ZERO)) {
            OperationStatus tidied =
                    impatient.await(impatient.recover().orElseThrow().id());
            assertThat(tidied.status()).as(tidied.message()).isEqualTo(Status.COMPLETED);
        }

        for (String operation : List.of(restore, undo)) {
            assertThat(refused(operation)).startsWith("the time in which it could be undone is over");
        }
        assertThat(folder.resolve("backups/.repository/journal"))
                .satisfiesAnyOf(
                        journals -> assertThat(journals).doesNotExist(),
                        journals -> assertThat(journals).isEmptyDirectory());
    }

    @Test
    void when_the_objects_that_it_replaced_are_forgotten_the_rows_stay_too() throws Exception {
        String restore = restoredWithChanges();
        try (BackupManager impatient = manager(objects, Duration.ZERO)) {
            impatient.cleanup(ALICE);
        }

        assertThat(refused(restore)).startsWith("the time in which it could be undone is over");
        assertThat(rows()).containsExactly("one first", "two first");
    }

    @Test
    void restores_of_objects_are_undone_in_the_reverse_order() throws Exception {
        String id = completed(backups.create(BackupType.FULL, ALICE)).backupId();
        put("two", "second");
        String first = restored(id).id();
        put("one", "third");
        String second = restored(id).id();

        assertThat(refused(first)).isEqualTo("objects were replaced after it by " + second + "; undo that first");
        String undoOfSecond = completed(backups.undo(second, ALICE)).id();
        String redo = completed(backups.undo(undoOfSecond, ALICE)).id();
        assertThat(refused(first)).isEqualTo("objects were replaced after it by " + redo + "; undo that first");
        completed(backups.undo(redo, ALICE));
        assertThat(get("one")).isEqualTo("third");
        completed(backups.undo(first, ALICE));
        assertThat(get("two")).isEqualTo("second");
    }

    @Test
    void an_undo_that_failed_behind_its_switch_is_finished_by_the_next_one() throws Exception {
        String restore = restoredWithChanges();
        ObjectStore full = new ForwardingObjectStore(objects) {
            @Override
            public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
                throw new ObjectStoreException("the disk reported an error", false, null);
            }
        };
        try (BackupManager failing = manager(full, DAY)) {
            OperationStatus failed = failing.await(failing.undo(restore, ALICE).id());
            assertThat(failed.status()).isEqualTo(Status.FAILED);
            assertThat(rows()).as("switched").containsExactly("one second", "two second");
            assertThat(get("two")).isEqualTo("content of two");

            OperationStatus again = backups.await(backups.undo(restore, ALICE).id());
            assertThat(again.error()).isEqualTo("refused");
            assertThat(again.message()).contains("it was undone by " + failed.id());
            assertThat(get("two")).isEqualTo("second");
            completed(backups.undo(failed.id(), ALICE));
            assertThat(rows()).containsExactly("one first", "two first");
            assertThat(get("two")).isEqualTo("content of two");
        }
    }

    @Test
    void a_changed_list_of_what_was_replaced_is_damage_and_nothing_is_touched() throws Exception {
        String restore = restoredWithChanges();
        Path list = folder.resolve("backups/.repository/replaced/" + restore + ".jsonl.gz");
        byte[] bytes = Files.readAllBytes(list);
        bytes[bytes.length / 2] ^= 1;
        Files.write(list, bytes);

        assertThatThrownBy(() -> {
                    OperationStatus ended =
                            backups.await(backups.undo(restore, ALICE).id());
                    throw Failures.ofEnded(ended);
                })
                .isInstanceOf(BackupException.Damaged.class);
        assertThat(rows()).containsExactly("one first", "two first");
        assertThat(get("two")).isEqualTo("content of two");
    }

    /** Rows and objects were changed after their backup, and are as in it again. */
    private String restoredWithChanges() throws IOException {
        String id = completed(backups.create(BackupType.FULL, ALICE)).backupId();
        sql("UPDATE document SET title = 'second'");
        put("two", "second");
        return restored(id).id();
    }

    private OperationStatus restored(String id) {
        return completed(backups.restore(String.valueOf(id), RestoreOptions.defaults(), ALICE));
    }

    private String refused(String operation) {
        BackupException.Refused refused =
                catchThrowableOfType(BackupException.Refused.class, () -> backups.undo(operation, ALICE));
        assertThat(refused).isNotNull().hasMessage("operation " + operation + " is not undone");
        assertThat(refused.reasons()).hasSize(1);
        return refused.reasons().get(0);
    }

    private OperationStatus completed(OperationStatus begun) {
        OperationStatus ended = backups.await(begun.id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        return ended;
    }

    private BackupManager manager(ObjectStore store, Duration undo) throws IOException {
        PostgreSQLConfig config = server.config(database);
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(config)
                .objects(store, null)
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .config(BackupConfig.defaults().withRestore(Mode.SWITCH, undo))
                .build();
    }

    private void add(String key, String title) throws IOException {
        put(key, "content of " + key);
        sql("INSERT INTO document VALUES ('" + key + "', '" + title + "')");
    }

    private void sql(String... statements) {
        server.execute(PrivatePostgres.ROLE, database, statements);
    }

    private List<String> rows() {
        return server.query(database, "SELECT key || ' ' || title FROM document ORDER BY key");
    }

    private void put(String key, String text) throws IOException {
        objects.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String get(String key) throws IOException {
        try (InputStream in = objects.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
