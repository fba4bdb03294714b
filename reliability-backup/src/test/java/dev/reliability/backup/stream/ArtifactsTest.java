package dev.reliability.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArtifactsTest {
    private static final String KEY = "database/backup_20260103_140000.sql.gz";

    @TempDir
    Path folder;

    private ObjectStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = LocalObjectStore.open(folder);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWritten_isReadAgain_withBothSidesMeasured(Compression compression) throws IOException {
        byte[] plain = "INSERT INTO t VALUES (1);\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);

        Artifact artifact = write(compression, plain);

        assertThat(artifact.plainBytes()).isEqualTo(plain.length);
        byte[] stored = Files.readAllBytes(folder.resolve(KEY));
        assertThat(artifact.bytes()).isEqualTo(stored.length).isLessThan(plain.length / 10);
        assertThat(artifact.sha256()).isEqualTo(Sha256.hex(stored, stored.length));
        assertThat(read(artifact)).isEqualTo(plain);
    }

    @Test
    void aWriterThatGivesUp_leavesNothing() {
        assertThatThrownBy(() -> Artifacts.write(store, Artifact.DUMP, KEY, Encoding.GZIP, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("pg_dump ended with 1");
                }))
                .hasMessage("pg_dump ended with 1");

        assertThat(folder.resolve(KEY)).doesNotExist();
    }

    @Test
    void aTakenName_isNotWrittenOver() throws IOException {
        Artifact first = write(Compression.GZIP, "first".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> write(Compression.GZIP, "second".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("already a file");

        assertThat(read(first)).asString(StandardCharsets.UTF_8).isEqualTo("first");
    }

    @ParameterizedTest
    @EnumSource
    void anyFlippedByte_isDamage_whenReadAndWhenProved(Compression compression) throws IOException {
        byte[] plain = new byte[5_000];
        new Random(1).nextBytes(plain);
        Artifact artifact = write(compression, plain);
        byte[] stored = Files.readAllBytes(folder.resolve(KEY));
        for (int i = 0; i < stored.length; i += 97) {
            byte[] flipped = stored.clone();
            flipped[i] ^= 0x10;
            Files.write(folder.resolve(KEY), flipped);

            assertThatThrownBy(() -> read(artifact)).as("byte %s", i).isInstanceOf(DamagedException.class);
            assertThatThrownBy(() -> Artifacts.prove(store, artifact))
                    .as("byte %s", i)
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining(folder.resolve(KEY).toString())
                    .hasMessageContaining(artifact.sha256());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCutLongerOrMissingFile_isNamedWithBothLengths(Compression compression) throws IOException {
        Artifact artifact = write(compression, new byte[5_000]);
        byte[] stored = Files.readAllBytes(folder.resolve(KEY));

        Files.write(folder.resolve(KEY), java.util.Arrays.copyOf(stored, stored.length - 1));
        assertThatThrownBy(() -> Artifacts.requirePresent(store, artifact))
                .hasMessageContaining((stored.length - 1) + " bytes, " + stored.length + " were stored");
        assertThatThrownBy(() -> read(artifact)).isInstanceOf(DamagedException.class);

        Files.write(folder.resolve(KEY), java.util.Arrays.copyOf(stored, stored.length + 1));
        assertThatThrownBy(() -> Artifacts.requirePresent(store, artifact)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> read(artifact)).isInstanceOf(DamagedException.class);

        Files.delete(folder.resolve(KEY));
        assertThatThrownBy(() -> Artifacts.requirePresent(store, artifact)).hasMessageContaining("is missing");
        assertThatThrownBy(() -> read(artifact)).hasMessageContaining("is missing");
    }

    private Artifact write(Compression compression, byte[] plain) throws IOException {
        return Artifacts.write(
                store, Artifact.DUMP, KEY, new Encoding(compression, Keyset.plain()), ObjectBody.of(plain));
    }

    private byte[] read(Artifact artifact) throws IOException {
        try (InputStream in = Artifacts.open(store, artifact, null)) {
            return in.readAllBytes();
        }
    }
}
