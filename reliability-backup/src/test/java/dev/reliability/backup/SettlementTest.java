package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Restores that failed when nothing could be put in order any more, though their process lives. */
@ExtendWith(PrivatePostgres.Shared.class)
class SettlementTest {
    private static final Caller ALICE = new Caller("alice");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private ObjectStore objects;

    SettlementTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void aDocument() throws IOException {
        database = server.createDatabase();
        objects = LocalObjectStore.open(folder.resolve("objects"));
        sql("CREATE TABLE document (title text)", "INSERT INTO document VALUES ('first')");
        put("first");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void a_restore_that_failed_behind_its_commit_is_finished_by_the_next_operation_and_its_record_says_so(Mode mode)
            throws IOException {
        String operation = failedBehindItsCommit(mode);

        try (BackupManager backups = manager(objects)) {
            assertThat(backups.await(backups.create(BackupType.DATABASE, ALICE).id())
                            .status())
                    .isEqualTo(Status.COMPLETED);

            OperationStatus finished = backups.operation(operation).orElseThrow();
            assertThat(finished.status()).isEqualTo(Status.COMPLETED);
            assertThat(finished.message()).isEqualTo("it failed behind its commit, another one finished the restore");
            assertThat(titles()).containsExactly("first");
            assertThat(content()).isEqualTo("first");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void a_start_finds_it_as_well_and_while_it_can_not_be_finished_other_operations_go_on(Mode mode)
            throws IOException {
        String operation = failedBehindItsCommit(mode);

        try (BackupManager failing = manager(full())) {
            OperationStatus started =
                    failing.await(failing.recover().orElseThrow().id());
            assertThat(started.status()).as(started.message()).isEqualTo(Status.COMPLETED);
            assertThat(failing.operation(operation).orElseThrow().status()).isEqualTo(Status.FAILED);
        }
        try (BackupManager backups = manager(objects)) {
            OperationStatus unused =
                    backups.await(backups.recover().orElseThrow().id());
            assertThat(backups.operation(operation).orElseThrow().status()).isEqualTo(Status.COMPLETED);
            assertThat(content()).isEqualTo("first");
            assertThat(backups.recover()).isEmpty();
        }
    }

    /** Its rows are the restored ones, its objects are not. */
    private String failedBehindItsCommit(Mode mode) throws IOException {
        String backup;
        try (BackupManager backups = manager(objects)) {
            OperationStatus made =
                    backups.await(backups.create(BackupType.FULL, ALICE).id());
            backup = String.valueOf(made.backupId());
        }
        sql("UPDATE document SET title = 'second'");
        put("second");
        try (BackupManager failing = manager(full())) {
            RestoreOptions how = new RestoreOptions(mode, false, false, Set.of());
            OperationStatus failed =
                    failing.await(failing.restore(backup, how, ALICE).id());
            assertThat(failed.status()).isEqualTo(Status.FAILED);
            assertThat(titles()).containsExactly("first");
            assertThat(content()).isEqualTo("second");
            return failed.id();
        }
    }

    private ObjectStore full() {
        return new ForwardingObjectStore(objects) {
            @Override
            public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
                throw new ObjectStoreException("the disk reported an error", false, null);
            }
        };
    }

    private BackupManager manager(ObjectStore store) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(server.config(database))
                .objects(store, null)
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .config(BackupConfig.defaults().withRestore(Mode.SWITCH, Duration.ofDays(1)))
                .build();
    }

    private void sql(String... statements) {
        server.execute(PrivatePostgres.ROLE, database, statements);
    }

    private List<String> titles() {
        return server.query(database, "SELECT title FROM document");
    }

    private void put(String text) throws IOException {
        objects.put("document", ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String content() throws IOException {
        try (InputStream in = objects.get("document")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
