package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestCodec;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.Layout;
import dev.reliability.core.backup.BackupType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A backup that does not hold what it says, though every byte is the one of its manifest. */
public final class PlantedDump {
    private PlantedDump() {}

    /** Changes the dump of a backup and its manifest with it, signed as before: as a bug in whoever wrote it would. */
    public static void into(Path repository, BackupType type, String id, String key, UnaryOperator<String> change)
            throws IOException {
        into(repository, type, id, SigningKeys.of(List.of(key)), change);
    }

    /** The same in a repository of these keys, or of none. */
    static void into(Path repository, BackupType type, String id, SigningKeys keys, UnaryOperator<String> change)
            throws IOException {
        ManifestCodec codec = new ManifestCodec(keys);
        Path manifestFile = repository.resolve(Layout.manifest(type, id));
        Manifest manifest = ((ManifestReading.Intact) codec.read(Files.readAllBytes(manifestFile))).manifest();
        Artifact dump = manifest.artifact(Artifact.DUMP).orElseThrow();
        Path dumpFile = repository.resolve(dump.key());
        String sql;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(dumpFile))) {
            sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String changed = change.apply(sql);
        assertThat(changed).isNotEqualTo(sql);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(stored)) {
            out.write(changed.getBytes(StandardCharsets.UTF_8));
        }
        Files.write(dumpFile, stored.toByteArray());
        Artifact planted = new Artifact(
                dump.role(),
                dump.key(),
                stored.size(),
                sha256(stored.toByteArray()),
                changed.length(),
                dump.compression(),
                dump.keyset());
        List<Artifact> artifacts = manifest.artifacts().stream()
                .map(artifact -> artifact.role().equals(Artifact.DUMP) ? planted : artifact)
                .toList();
        Files.write(
                manifestFile,
                codec.write(new Manifest(
                        manifest.id(),
                        manifest.type(),
                        manifest.status(),
                        manifest.createdAt(),
                        manifest.finishedAt(),
                        manifest.operation(),
                        manifest.requestedBy(),
                        artifacts,
                        manifest.database(),
                        manifest.objects(),
                        manifest.size() - dump.bytes() + stored.size(),
                        manifest.message())));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
