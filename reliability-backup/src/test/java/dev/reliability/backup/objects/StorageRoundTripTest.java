package dev.reliability.backup.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects go into a repository and come back, whatever happened to them in between. */
class StorageRoundTripTest {
    @TempDir
    Path folder;

    private ObjectStore documents;
    private ObjectStore repository;
    private int backups;

    @BeforeEach
    void openStores() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        repository = LocalObjectStore.open(folder.resolve("backups"));
    }

    @Test
    void missingObjectsComeBackInPhaseOne_differingOnesInPhaseTwo_otherOnesStay() throws IOException {
        put("a/lost.txt", "lost");
        put("b/overwritten.txt", "original");
        put("c/same.txt", "same");
        put("文档/说明 1.txt", "中文");
        StorageBackup.Copied copied = copy();
        documents.delete("a/lost.txt");
        documents.delete("文档/说明 1.txt");
        put("b/overwritten.txt", "0riginal");
        put("d/new.txt", "new");
        StorageRestore restore = restore(copied);

        restore.prove(bytes -> {});
        assertThat(restore.writeMissing(bytes -> {})).isEqualTo(2);
        assertThat(contents()).containsEntry("a/lost.txt", "lost").containsEntry("b/overwritten.txt", "0riginal");

        restore.saveReplaced("replaced.jsonl.gz", Encoding.GZIP, "replaced.refs.gz", false);
        assertThat(restore.replaceDiffering(false, bytes -> {})).isEqualTo(1);
        assertThat(contents())
                .isEqualTo(Map.of(
                        "a/lost.txt", "lost",
                        "b/overwritten.txt", "original",
                        "c/same.txt", "same",
                        "d/new.txt", "new",
                        "文档/说明 1.txt", "中文"));
    }

    @Test
    void mirror_deletesWhatTheBackupDoesNotName_andSavesItBefore() throws IOException {
        put("kept.txt", "kept");
        StorageBackup.Copied copied = copy();
        put("a-new.txt", "to be saved");
        put("z-new.txt", "to be saved too");
        StorageRestore restore = restore(copied);

        StorageRestore.Saved saved = restore.saveReplaced("replaced.jsonl.gz", Encoding.GZIP, "replaced.refs.gz", true);
        assertThat(saved.objects()).isEqualTo(2);
        assertThat(restore.replaceDiffering(true, bytes -> {})).isEqualTo(2);

        assertThat(contents()).isEqualTo(Map.of("kept.txt", "kept"));
        new StorageRestore(documents, repository, saved.list(), null, BlobWriting.plain(2, key -> false))
                .writeMissing(bytes -> {});
        assertThat(contents())
                .isEqualTo(Map.of("kept.txt", "kept", "a-new.txt", "to be saved", "z-new.txt", "to be saved too"));
    }

    @Test
    void theSameBytes_areStoredOnce_overObjectsAndBackups() throws IOException {
        put("one.txt", "twice");
        put("two.txt", "twice");
        assertThat(copy().addedBytes()).isEqualTo(5);
        assertThat(copy().addedBytes()).isZero();
        assertThat(keys(repository, "blobs/")).hasSize(1);
    }

    @Test
    void aBlobNamedForDeletion_isNotUsedAgain() throws IOException {
        put("one.txt", "content");
        copy();
        String blob = keys(repository, "blobs/").iterator().next();

        StorageBackup.Copied second = new StorageBackup(
                        documents, repository, BlobWriting.plain(2, blob::equals), List.of())
                .copy("storage/second/objects.jsonl.gz", Encoding.GZIP, "storage/second/refs.gz", null, bytes -> {});
        repository.delete(blob);

        documents.delete("one.txt");
        restore(second).writeMissing(bytes -> {});
        assertThat(contents()).isEqualTo(Map.of("one.txt", "content"));
    }

    @Test
    void aLargeObject_isStoredWithoutBeingHeldInMemory_andProbesAreLeftOut() throws IOException {
        byte[] large = new byte[5 * 1024 * 1024 + 17];
        new Random(7).nextBytes(large);
        documents.put("large.bin", ObjectAttributes.NONE, ObjectBody.of(large));
        put(".health/probe-1", "probe");

        StorageBackup.Copied copied = copy();
        documents.delete("large.bin");
        documents.delete(".health/probe-1");
        restore(copied).writeMissing(bytes -> {});

        assertThat(copied.facts().count()).isEqualTo(1);
        assertThat(copied.facts().bytes()).isEqualTo(large.length);
        try (InputStream in = documents.get("large.bin")) {
            assertThat(in.readAllBytes()).isEqualTo(large);
        }
        assertThat(keys(documents, ".health/")).isEmpty();
    }

    @Test
    void referencedKeysThatAreMissing_areNamed() throws IOException {
        put("there.txt", "there");

        StorageBackup.Copied copied = new StorageBackup(
                        documents, repository, BlobWriting.plain(1, key -> false), List.of())
                .copy(
                        "full/1/objects.jsonl.gz",
                        Encoding.GZIP,
                        "full/1/refs.gz",
                        Stream.of("gone.txt", "there.txt"),
                        bytes -> {});

        assertThat(copied.facts().references()).isEqualTo("checked");
        assertThat(copied.facts().missing()).containsExactly("gone.txt");
        assertThat(copied.facts().missingCount()).isEqualTo(1);
    }

    @Test
    void aFlippedCutOrMissingBlob_isNamed_beforeAnythingIsRestored() throws IOException {
        put("one.txt", "content");
        StorageBackup.Copied copied = copy();
        Path blob = folder.resolve("backups")
                .resolve(keys(repository, "blobs/").iterator().next());
        StorageRestore restore = restore(copied);

        Files.writeString(blob, "c0ntent");
        assertThatThrownBy(() -> restore.prove(bytes -> {}))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining(blob.toString());
        documents.delete("one.txt");
        assertThatThrownBy(() -> restore.writeMissing(bytes -> {})).isInstanceOf(DamagedException.class);
        assertThat(contents()).isEmpty();

        Files.delete(blob);
        assertThatThrownBy(() -> restore.prove(bytes -> {}))
                .hasMessageContaining("is missing")
                .hasMessageContaining("one.txt");
    }

    @Test
    void theListOfBlobs_namesEachWithLengthAndHash() throws IOException {
        put("one.txt", "content");
        StorageBackup.Copied copied = copy();
        try (InputStream refs = Artifacts.open(repository, copied.artifacts().get(1), null)) {
            String sha256 = Sha256.hex("content".getBytes(StandardCharsets.UTF_8), 7);
            assertThat(new String(refs.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("blobs/plain/" + sha256.substring(0, 2) + "/" + sha256 + " 7 " + sha256 + "\n");
        }
    }

    private StorageBackup.Copied copy() throws IOException {
        String folder = "storage/" + ++backups;
        return new StorageBackup(documents, repository, BlobWriting.plain(1, key -> false), List.of())
                .copy(folder + "/objects.jsonl.gz", Encoding.GZIP, folder + "/refs.gz", null, bytes -> {});
    }

    private StorageRestore restore(StorageBackup.Copied copied) {
        return new StorageRestore(
                documents, repository, copied.artifacts().get(0), null, BlobWriting.plain(2, key -> false));
    }

    private void put(String key, String text) throws IOException {
        documents.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (String key : keys(documents, "")) {
            try (InputStream in = documents.get(key)) {
                contents.put(key, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return contents;
    }

    private static Set<String> keys(ObjectStore store, String prefix) throws IOException {
        try (Stream<ObjectInfo> objects = store.list(prefix)) {
            return objects.map(ObjectInfo::key).collect(Collectors.toSet());
        }
    }
}
