package dev.reliability.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file of a backup decays right after all of it was proved, in the one moment in which that is of no help. */
class DecayDuringRestoreTest {
    private static final Caller ALICE = new Caller("alice");
    private static final PrivatePostgres SERVER = Live.quietServer();

    @TempDir
    private Path folder;

    private SmallRepository small;
    private Live live;

    @BeforeEach
    void a_full_backup_and_later_changes() throws IOException {
        small = SmallRepository.makeOne(
                folder.resolve("backups"), LocalObjectStore.open(folder.resolve("documents")), SERVER);
        live = new Live(SERVER, folder.resolve("documents"));
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void the_content_of_a_missing_object_ends_it_before_the_database_is_touched(Mode mode) throws IOException {
        Path blob = blob("one");
        Live.State before = live.state();

        OperationStatus failed = restore(blob, mode);

        assertFailed(failed, blob);
        assertThat(live.state()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void the_dump_ends_it_with_the_rows_and_all_objects_as_they_were_and_one_that_was_missing(Mode mode)
            throws IOException {
        Path dump = small.file("full/.*/database.sql.gz");
        Live.State before = live.state();

        OperationStatus failed = restore(dump, mode);

        // What its bytes turn into may reach psql before their hash is known, and is then what the error tells of.
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.error()).isIn("damaged", "refused");
        Live.State after = live.state();
        assertThat(after.databases()).isEqualTo(before.databases());
        assertThat(after.rows()).isEqualTo(before.rows());
        assertThat(after.contents())
                .containsAllEntriesOf(before.contents())
                .hasSize(before.contents().size() + 1);
    }

    @Test
    void the_content_of_a_differing_object_is_met_after_the_switch_which_is_told_and_can_be_undone()
            throws IOException {
        Path blob = blob("two");
        Live.State before = live.state();

        OperationStatus failed = restore(blob, Mode.SWITCH);

        assertFailed(failed, blob);
        assertThat(failed.message()).contains("is the restored one", "undo " + failed.id());
        assertThat(live.hasRestoredRows()).isTrue();
        try (BackupManager backups = live.manager(LocalObjectStore.open(small.folder()))) {
            OperationStatus undone =
                    backups.await(backups.undo(failed.id(), ALICE).id());
            assertThat(undone.status()).as(undone.message()).isEqualTo(Status.COMPLETED);
        }
        assertThat(live.state().rows()).isEqualTo(before.rows());
        assertThat(live.state().contents()).containsAllEntriesOf(before.contents());
    }

    private void assertFailed(OperationStatus ended, Path decayed) {
        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error()).isEqualTo("damaged");
        assertThat(ended.message()).contains(small.key(decayed));
    }

    /** Restores the backup; this file decays when the journal says that something is about to change. */
    private OperationStatus restore(Path decaying, Mode mode) throws IOException {
        ObjectStore store = new ForwardingObjectStore(LocalObjectStore.open(small.folder())) {
            private boolean decayed;

            @Override
            public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
                if (!decayed && key.startsWith(".repository/journal/")) {
                    decayed = true;
                    byte[] bytes = Files.readAllBytes(decaying);
                    Damage.flip(decaying, bytes, bytes.length / 2, 0);
                }
                return super.put(key, attributes, body);
            }
        };
        String id =
                small.file("full/.*/manifest.json").getParent().getFileName().toString();
        try (BackupManager backups = live.manager(store)) {
            OperationStatus begun = backups.restore(id, new RestoreOptions(mode, false, false, Set.of()), ALICE);
            return backups.await(begun.id());
        }
    }

    private Path blob(String content) throws IOException {
        for (Path blob : small.files("blobs/.*")) {
            if (Files.readString(blob).equals(content)) {
                return blob;
            }
        }
        throw new AssertionError("no blob has the content " + content);
    }
}
