package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verification of backups as a caller sees it. */
class VerifyTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";

    @TempDir
    Path folder;

    private ObjectStore documents;
    private LocalObjectStore repository;
    private BackupManager backups;
    private final List<Finding> findings = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        repository = LocalObjectStore.open(folder.resolve("backups"));
        backups = manager(repository);
        put("one.txt", "one");
        put("two.txt", "two");
        put("two again.txt", "two");
    }

    @AfterEach
    void close() {
        backups.close();
    }

    @Test
    void aWholeBackup_isSaidToBe_andTheListKnowsSinceWhen() {
        String id = create();
        assertThat(backups.find(id).orElseThrow().verifiedAt()).isNull();

        OperationStatus ended = verify(id);

        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        assertThat(ended.kind()).isEqualTo(OperationStatus.Kind.VERIFY);
        assertThat(ended.backupId()).isEqualTo(id);
        assertThat(ended.bytes()).as("its own files, and each content once").isPositive();
        assertThat(ended.message()).startsWith("backup " + id + " is whole");
        assertThat(findings).isEmpty();
        Backup listed = backups.list(BackupQuery.all()).backups().get(0);
        assertThat(listed.verifiedAt())
                .isNotNull()
                .isEqualTo(backups.find(id).orElseThrow().verifiedAt());
    }

    @Test
    void everyDamagedFile_isNamed_toTheEnd_andTheDateOfAnEarlierSuccessStays() throws IOException {
        String id = create();
        verify(id);
        Instant verifiedAt = backups.find(id).orElseThrow().verifiedAt();
        Path index = folder.resolve("backups/storage/" + id + "/objects.jsonl.gz");
        byte[] cut = Files.readAllBytes(index);
        Files.write(index, Arrays.copyOf(cut, cut.length - 1));
        List<Path> blobs = files("backups/blobs");
        for (Path blob : blobs) {
            Files.writeString(blob, "x" + Files.readString(blob).substring(1));
        }

        OperationStatus ended = verify(id);

        assertThat(ended.status()).isEqualTo(Status.FAILED);
        assertThat(ended.error()).isEqualTo("damaged");
        assertThat(ended.message()).contains("objects.jsonl.gz", key(blobs.get(0)), key(blobs.get(1)));
        assertThat(findings)
                .extracting(Finding::key)
                .containsOnly("storage/" + id + "/objects.jsonl.gz", key(blobs.get(0)), key(blobs.get(1)));
        assertThat(findings).extracting(Finding::kind).containsOnly(Kind.DAMAGED);
        assertThat(backups.find(id).orElseThrow().verifiedAt()).isEqualTo(verifiedAt);
    }

    @Test
    void whenMoreIsWrongThanFitsInASentence_itSaysHowMuchMore() throws IOException {
        put("three.txt", "three");
        String id = create();
        for (Path blob : files("backups/blobs")) {
            Files.delete(blob);
        }
        Files.delete(folder.resolve("backups/storage/" + id + "/refs.gz"));

        OperationStatus ended = verify(id);

        assertThat(findings)
                .as("by the index, as refs are gone; a content that two objects share is named once")
                .hasSize(4);
        assertThat(ended.message())
                .contains("missing storage/" + id + "/refs.gz")
                .endsWith("; and 1 more");
    }

    @Test
    void theWholeRepository_readsWhatBackupsShareOnce_andNamesWhatIsForeign() throws IOException {
        String first = create();
        String second = create();
        Files.writeString(folder.resolve("backups/README"), "ours");

        OperationStatus ended = verifyAll();

        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        long own = Stream.of(first, second)
                .map(id -> backups.find(id).orElseThrow())
                .mapToLong(backup -> backup.size() - "onetwotwo".length())
                .sum();
        assertThat(ended.bytes()).isEqualTo(own + "onetwo".length());
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.FOREIGN);
            assertThat(finding.key()).isEqualTo("README");
        });
        assertThat(backups.list(BackupQuery.all()).backups())
                .hasSize(2)
                .allSatisfy(backup -> assertThat(backup.verifiedAt()).isNotNull());
    }

    @Test
    void aDamagedBackup_doesNotTakeTheOthersDateAway() throws IOException {
        String first = create();
        put("three.txt", "three");
        String second = create();
        Files.delete(folder.resolve("backups/storage/" + first + "/refs.gz"));

        OperationStatus ended = verifyAll();

        assertThat(ended.error()).isEqualTo("damaged");
        assertThat(findings)
                .extracting(Finding::toString)
                .singleElement()
                .asString()
                .startsWith("missing storage/" + first + "/refs.gz: ");
        assertThat(backups.find(first).orElseThrow().verifiedAt()).isNull();
        assertThat(backups.find(second).orElseThrow().verifiedAt()).isNotNull();
    }

    @Test
    void aFactThatWasChanged_neverCounts_andIsNamed() throws IOException {
        String id = create();
        Files.delete(files("backups/blobs").get(0));
        verify(id);
        Path fact = files("backups/.repository/facts").get(0);
        Files.writeString(
                fact,
                Files.readString(fact)
                        .replace("\"damaged\"", "\"whole\"")
                        .replaceAll("\"findings\": \\d+", "\"findings\": 0"));
        findings.clear();

        assertThat(backups.find(id).orElseThrow().verifiedAt()).isNull();
        verifyAll();
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.DAMAGED);
            assertThat(finding.key()).isEqualTo(key(fact));
        });
    }

    @Test
    void factsGoWithTheirBackup() throws IOException {
        String id = create();
        verify(id);

        backups.delete(id, ALICE);

        assertThat(files("backups/.repository/facts")).isEmpty();
        OperationStatus ended = verifyAll();
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void whatIsNoBackup_isNotVerified() throws IOException {
        assertThatThrownBy(() -> backups.verify("20260103_140000", VerifyLevel.STORED_BYTES, ALICE))
                .isInstanceOf(BackupException.NotFound.class);
        assertThatThrownBy(() -> backups.verify("../x", VerifyLevel.STORED_BYTES, ALICE))
                .isInstanceOf(BackupException.NotFound.class);
        String failed;
        try (BackupManager broken = BackupManager.builder(repository)
                .objects(new FailingStore(documents), null)
                .signingKeys(List.of(KEY))
                .build()) {
            failed = String.valueOf(
                    broken.await(broken.create(BackupType.STORAGE, ALICE).id()).backupId());
        }
        assertThatThrownBy(() -> backups.verify(failed, VerifyLevel.STORED_BYTES, ALICE))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons()).containsExactly("it is failed"));
    }

    @Test
    void aStoppedService_cancelsAVerification_andItIsNoVerdict() throws Exception {
        String id = create();
        HangingStore reading = new HangingStore(repository, "blobs/");
        BackupManager stopped = manager(reading);
        OperationStatus running = stopped.verify(id, VerifyLevel.STORED_BYTES, ALICE);
        reading.awaitReader();

        stopped.close();

        assertThat(backups.operation(running.id()).orElseThrow().status()).isEqualTo(Status.CANCELLED);
        assertThat(files("backups/.repository/facts")).isEmpty();
        assertThat(verify(id).status()).as("the lease is free").isEqualTo(Status.COMPLETED);
    }

    @Test
    void aRepositoryThatLostItsFormat_isNotTakenForANewOne() throws IOException {
        create();
        Path format = folder.resolve("backups/.repository/format.json");
        Files.delete(format);

        assertThat(verifyAll().error()).as("whoever had opened it names it").isEqualTo("damaged");
        assertThat(findings)
                .extracting(Finding::toString)
                .anyMatch(f -> f.startsWith("missing .repository/format.json"));
        try (BackupManager other = manager(repository)) {
            assertThatThrownBy(() -> other.list(BackupQuery.all()))
                    .isInstanceOf(BackupException.Damaged.class)
                    .hasMessageContaining(format.toString());
        }
        assertThat(format).doesNotExist();
    }

    private String create() {
        OperationStatus made =
                backups.await(backups.create(BackupType.STORAGE, ALICE).id());
        assertThat(made.status()).as(made.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(made.backupId());
    }

    private OperationStatus verify(String id) {
        return backups.await(backups.verify(id, VerifyLevel.STORED_BYTES, ALICE, findings::add)
                .id());
    }

    private OperationStatus verifyAll() {
        return backups.await(backups.verifyRepository(VerifyLevel.STORED_BYTES, ALICE, findings::add)
                .id());
    }

    private BackupManager manager(ObjectStore store) {
        return BackupManager.builder(store)
                .objects(documents, null)
                .signingKeys(List.of(KEY))
                .build();
    }

    private String key(Path file) {
        return folder.resolve("backups").relativize(file).toString();
    }

    private void put(String key, String text) throws IOException {
        documents.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Path> files(String path) throws IOException {
        if (!Files.exists(folder.resolve(path))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder.resolve(path))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
