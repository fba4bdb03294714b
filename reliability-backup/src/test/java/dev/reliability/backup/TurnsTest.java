package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may begin when another operation has just ended, or begins in the same moment. */
class TurnsTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String RECORDS = ".repository/operations/";

    @TempDir
    Path folder;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch askedFor = new CountDownLatch(1);
    private ObjectStore documents;
    private ObjectStore repository;

    @BeforeEach
    void open() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        documents.put("one.txt", ObjectAttributes.NONE, ObjectBody.of("one".getBytes(StandardCharsets.UTF_8)));
        repository = LocalObjectStore.open(folder.resolve("backups"));
    }

    @Test
    void whoReadsThatAnOperationOfAnotherProcessHasEnded_mayBeginAtOnce() throws Exception {
        try (BackupManager first = manager(documents, repository, this::staysAtItsEnd);
                BackupManager second = manager(documents, new Told(repository, askedFor::countDown, () -> {}))) {
            String id = first.create(BackupType.STORAGE, ALICE).id();
            ended.await();

            OperationStatus next = second.create(BackupType.STORAGE, ALICE);

            assertThat(first.await(id).status()).isEqualTo(OperationStatus.Status.COMPLETED);
            assertThat(second.await(next.id()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
        }
    }

    @Test
    void whoReadsThatAnOperationOfThisProcessHasEnded_mayBeginAtOnce() throws Exception {
        try (BackupManager backups = manager(documents, repository, this::staysAtItsEnd)) {
            OperationStatus unused = backups.create(BackupType.STORAGE, ALICE);
            ended.await();

            FutureTask<OperationStatus> next = new FutureTask<>(() -> backups.create(BackupType.STORAGE, ALICE));
            Thread asking = new Thread(next);
            asking.start();
            while (asking.getState() != Thread.State.TIMED_WAITING && !next.isDone()) {
                Thread.onSpinWait();
            }
            askedFor.countDown();

            assertThat(backups.await(next.get().id()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
        }
    }

    @Test
    void ofTwoThatBeginInTheSameMoment_oneDoes_andTheOtherIsBusy_andNotOnRecord() throws Exception {
        HangingStore hanging = new HangingStore(documents);
        AtomicReference<OperationStatus> faster = new AtomicReference<>();
        try (BackupManager other = manager(hanging, repository);
                BackupManager backups = manager(
                        documents,
                        new Told(repository, () -> {}, () -> faster.set(other.create(BackupType.STORAGE, ALICE))))) {

            assertThatThrownBy(() -> backups.create(BackupType.STORAGE, ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Busy.class,
                            busy -> assertThat(busy.operation())
                                    .isEqualTo(faster.get().id()));

            assertThat(new SharedFolder(folder.resolve("backups")).operations(OperationStatus.Kind.CREATE))
                    .isEqualTo(1);
            hanging.release();
            assertThat(other.await(faster.get().id()).status()).isEqualTo(OperationStatus.Status.COMPLETED);
        }
    }

    private static BackupManager manager(ObjectStore objects, ObjectStore repository) {
        return manager(objects, repository, end -> {});
    }

    private static BackupManager manager(
            ObjectStore objects, ObjectStore repository, Consumer<OperationStatus> listener) {
        return BackupManager.builder(repository)
                .objects(objects, null)
                .onOperationEnded(listener)
                .build();
    }

    /** On record it has ended, and its lease is not free before the next one has been asked for. */
    private void staysAtItsEnd(OperationStatus end) {
        ended.countDown();
        try {
            askedFor.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells when a record of an operation is about to be read, and when one is about to be created. */
    private static final class Told extends ForwardingObjectStore {
        private final Runnable read;
        private final Runnable created;

        Told(ObjectStore real, Runnable read, Runnable created) {
            super(real);
            this.read = read;
            this.created = created;
        }

        @Override
        public InputStream get(String key) throws IOException {
            if (key.startsWith(RECORDS)) {
                read.run();
            }
            return super.get(key);
        }

        @Override
        public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
                throws IOException {
            if (key.startsWith(RECORDS)) {
                created.run();
            }
            return super.putIfAbsent(key, attributes, body);
        }
    }
}
