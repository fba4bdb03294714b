package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.encryption.Recipients;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that look as they did in the backup before, where it is wanted that they are not read again. */
class SkippedObjectsTest {
    private static final Caller ALICE = new Caller("alice");
    private static final Instant LONG_AGO = Instant.now().minus(Duration.ofDays(3));

    @TempDir
    Path folder;

    private LocalObjectStore documents;
    private Reading read;

    @BeforeEach
    void fill() throws IOException {
        documents = LocalObjectStore.open(folder.resolve("documents"));
        read = new Reading(documents);
        for (String key : List.of("changed", "kept", "rewritten")) {
            put(key, "content of " + key, LONG_AGO);
        }
        put("young", "written a moment ago", Instant.now());
        create(true);
        read.keys.clear();
    }

    @Test
    void whatHasTheSameLengthAndMoment_isNotReadAgain_andRestores() throws IOException {
        put("changed", "another length", LONG_AGO);
        put("rewritten", "CONTENT of rewritten", LONG_AGO.plusSeconds(1));
        put("new", "new", LONG_AGO);

        OperationStatus made = create(true);

        assertThat(read.keys).containsExactly("changed", "new", "rewritten", "young");
        assertThat(made.message()).endsWith("; 1 of 5 objects look unchanged and were not read again");
        for (String key : List.of("changed", "kept", "new", "rewritten")) {
            documents.delete(key);
        }
        restore(made);
        assertThat(get("kept")).isEqualTo("content of kept");
        assertThat(get("rewritten")).isEqualTo("CONTENT of rewritten");
    }

    @Test
    void unlessItIsWanted_everyObjectIsRead() throws IOException {
        OperationStatus made = create(false);

        assertThat(read.keys).containsExactly("changed", "kept", "rewritten", "young");
        assertThat(made.message()).doesNotContain("unchanged");
    }

    @Test
    void aContentThatTheRepositoryHasLost_isReadAgain() throws IOException {
        try (Stream<Path> blobs = Files.walk(folder.resolve("backups/blobs"))) {
            for (Path blob : blobs.filter(Files::isRegularFile).toList()) {
                Files.delete(blob);
            }
        }

        OperationStatus made = create(true);

        assertThat(read.keys).hasSize(4);
        documents.delete("kept");
        restore(made);
        assertThat(get("kept")).isEqualTo("content of kept");
    }

    @Test
    void anIndexThatIsNotAsItWasWritten_isNotBelieved() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("backups/storage"))) {
            Path index = files.filter(file -> file.endsWith("objects.jsonl.gz"))
                    .findFirst()
                    .orElseThrow();
            try (InputStream stored = Files.newInputStream(index);
                    InputStream lines = new GZIPInputStream(stored);
                    OutputStream changed = new GZIPOutputStream(Files.newOutputStream(folder.resolve("changed.gz")))) {
                changed.write(new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                        .replaceAll("\"sha256\":\"[0-9a-f]", "\"sha256\":\"0")
                        .getBytes(StandardCharsets.UTF_8));
            }
            Files.move(folder.resolve("changed.gz"), index, StandardCopyOption.REPLACE_EXISTING);
        }

        OperationStatus made = create(true);

        assertThat(read.keys).containsExactly("changed", "kept", "rewritten", "young");
        documents.delete("kept");
        restore(made);
        assertThat(get("kept")).isEqualTo("content of kept");
    }

    @Test
    void itDoesNotGoWithEncryption() throws IOException {
        BackupManagerBuilder both = builder(true)
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .encryption(Recipients.of(List.of("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")));

        assertThatThrownBy(both::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("with encryption no object can be skipped");
    }

    private OperationStatus create(boolean skipping) throws IOException {
        try (BackupManager backups = builder(skipping).build()) {
            OperationStatus made =
                    backups.await(backups.create(BackupType.STORAGE, ALICE).id());
            assertThat(made.status()).as(made.message()).isEqualTo(OperationStatus.Status.COMPLETED);
            return made;
        }
    }

    private void restore(OperationStatus made) throws IOException {
        try (BackupManager backups = builder(false).build()) {
            OperationStatus restored =
                    backups.await(backups.restore(String.valueOf(made.backupId()), RestoreOptions.defaults(), ALICE)
                            .id());
            assertThat(restored.status()).as(restored.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        }
    }

    private BackupManagerBuilder builder(boolean skipping) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .objects(read, null)
                .config(BackupConfig.defaults().withSkipUnchanged(skipping));
    }

    private void put(String key, String text, Instant modified) throws IOException {
        documents.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
        Files.setLastModifiedTime(folder.resolve("documents").resolve(key), FileTime.from(modified));
    }

    private String get(String key) throws IOException {
        try (InputStream in = documents.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class Reading extends ForwardingObjectStore {
        private final List<String> keys = new ArrayList<>();

        Reading(ObjectStore real) {
            super(real);
        }

        @Override
        public InputStream get(String key) throws IOException {
            keys.add(key);
            return super.get(key);
        }
    }
}
