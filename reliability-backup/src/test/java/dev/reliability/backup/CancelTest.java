package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an operation that somebody cancels, in its own process and from another one. */
class CancelTest {
    private static final Caller ALICE = new Caller("alice");
    private static final Caller BOB = new Caller("bob");

    @TempDir
    Path folder;

    private ObjectStore documents;
    private HangingStore hanging;
    private BackupManager owner;
    private BackupManager other;

    @BeforeEach
    void open() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        documents.put("one.txt", ObjectAttributes.NONE, ObjectBody.of("one".getBytes(StandardCharsets.UTF_8)));
        hanging = new HangingStore(documents);
        owner = manager(hanging);
        other = manager(documents);
    }

    @AfterEach
    void close() {
        owner.close();
        other.close();
    }

    @Test
    void aBackupOfThisProcess_isCancelledAtOnce_namesWho_andLeavesNothing() throws Exception {
        String operation = begunBackup();

        assertThat(owner.cancel(operation, BOB)).isTrue();

        assertCancelledByBob(owner.await(operation));
        assertNothingIsLeft();
    }

    @Test
    @Timeout(10)
    void aBackupOfAnotherProcess_isCancelledWithin10Seconds_andLeavesNothing() throws Exception {
        String operation = begunBackup();

        assertThat(other.cancel(operation, BOB)).isTrue();
        assertThat(other.cancel(operation, new Caller("carol"))).as("again").isTrue();

        assertCancelledByBob(owner.await(operation));
        assertCancelledByBob(other.operation(operation).orElseThrow());
        assertNothingIsLeft();
    }

    @Test
    @Timeout(10)
    void anOperationThatWaitsForADeadOne_isCancelledWithoutWaitingForIt() throws Exception {
        assertThat(owner.busy()).as("the repository is made").isFalse();
        Path lease = folder.resolve("backups/.repository/lease/000000000001");
        Files.createDirectories(lease.getParent());
        Files.writeString(lease, """
                {"operation": "op_20260103_140000_abcdef", "host": "here", "pid": 4194305,
                "process_started_at": "2026-01-03T14:00:00Z", "token": "x"}
                """);
        OperationStatus waiting = owner.create(BackupType.STORAGE, ALICE);
        await().until(() ->
                owner.operation(waiting.id()).orElseThrow().message().startsWith("waiting for operation"));

        assertThat(other.cancel(waiting.id(), BOB)).isTrue();

        assertCancelledByBob(owner.await(waiting.id()));
    }

    @Test
    void whatHasEnded_isNotCancelled() {
        String ended = other.await(other.create(BackupType.STORAGE, ALICE).id()).id();

        assertThat(other.cancel(ended, BOB)).isFalse();
        assertThat(owner.cancel(ended, BOB)).isFalse();
        assertThat(other.operation(ended).orElseThrow().status()).isEqualTo(Status.COMPLETED);
        assertThat(other.operation(ended).orElseThrow().phase()).isEqualTo("done");
        assertThat(files("backups/.repository/operations", ".cancel")).isEmpty();
    }

    @Test
    void whatNobodyKnows_isNotFound() {
        for (String unknown : List.of("op_20260103_140000_abcdef", "../x", "")) {
            assertThatThrownBy(() -> owner.cancel(unknown, BOB))
                    .isInstanceOf(BackupException.NotFound.class)
                    .hasMessageContaining("'" + unknown + "'");
        }
    }

    @Test
    void aRestoreOfObjects_isNotCancelledOnceItWrites() throws Exception {
        String id = String.valueOf(
                other.await(other.create(BackupType.STORAGE, ALICE).id()).backupId());
        documents.put("one.txt", ObjectAttributes.NONE, ObjectBody.of("two".getBytes(StandardCharsets.UTF_8)));
        // Reading what will be replaced is what hangs: everything was proved, and the journal is open.
        String restore = owner.restore(id, RestoreOptions.defaults(), ALICE).id();
        hanging.awaitReader();

        assertThat(owner.cancel(restore, BOB)).isFalse();

        hanging.release();
        assertThat(owner.await(restore).status()).isEqualTo(Status.COMPLETED);
    }

    private String begunBackup() throws InterruptedException {
        OperationStatus running = owner.create(BackupType.STORAGE, ALICE);
        hanging.awaitReader();
        return running.id();
    }

    private static void assertCancelledByBob(OperationStatus ended) {
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.CANCELLED);
        assertThat(ended.message()).isEqualTo("cancelled by bob");
        assertThat(ended.error()).isNull();
        assertThat(ended.requestedBy()).isEqualTo("alice");
    }

    private void assertNothingIsLeft() {
        assertThat(other.list(BackupQuery.all()).count()).isZero();
        assertThat(files("backups/storage", "")).isEmpty();
        assertThat(files("backups/.store", "")).isEmpty();
        OperationStatus next =
                other.await(other.create(BackupType.STORAGE, ALICE).id());
        assertThat(next.status()).as("the lease is free: " + next.message()).isEqualTo(Status.COMPLETED);
    }

    private BackupManager manager(ObjectStore objects) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(objects, null)
                .host("here")
                .config(BackupConfig.defaults().withRestore(RestoreOptions.Mode.SWITCH, Duration.ZERO))
                .build();
    }

    private List<Path> files(String path, String ending) {
        if (!Files.exists(folder.resolve(path))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder.resolve(path))) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
