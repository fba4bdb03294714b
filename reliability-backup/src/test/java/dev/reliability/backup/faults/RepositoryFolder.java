package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What lies in a repository's folder, read by {@code docs/backup-format.md} alone and by none of our readers. */
final class RepositoryFolder {
    private static final Pattern ARTIFACT = Pattern.compile(
            "\"role\":\"([a-z]+)\",\"key\":\"([^\"]+)\",\"bytes\":(\\d+),\"sha256\":\"([0-9a-f]{64})\"");
    private static final Pattern FAILED = Pattern.compile("\"status\": ?\"failed\"");

    private final Path folder;

    RepositoryFolder(Path folder) {
        this.folder = folder;
    }

    /** A file as its backup describes it. */
    record Stored(String key, long bytes, String sha256) {}

    /** The files that a backup needs besides its manifest. */
    List<Stored> neededBy(Backup backup) throws IOException {
        List<Stored> needed = new ArrayList<>();
        Matcher artifact = ARTIFACT.matcher(Files.readString(folder.resolve(manifestOf(backup))));
        while (artifact.find()) {
            needed.add(new Stored(artifact.group(2), Long.parseLong(artifact.group(3)), artifact.group(4)));
            if (artifact.group(1).equals("refs")) {
                needed.addAll(blobsIn(artifact.group(2)));
            }
        }
        assertThat(needed).as("files of backup %s", backup.id()).isNotEmpty();
        return needed;
    }

    /** Every stored byte is the one that was written down. */
    void requireWhole(Backup backup, String when) throws IOException {
        for (Stored file : neededBy(backup)) {
            Path path = folder.resolve(file.key());
            assertThat(path).as("%s: backup %s needs it", when, backup.id()).hasSize(file.bytes());
            assertThat(sha256(Files.readAllBytes(path)))
                    .as("%s: backup %s: %s", when, backup.id(), file.key())
                    .isEqualTo(file.sha256());
        }
    }

    /** What nobody will ever name: files in the places of backups that belong to none, and temporary ones. */
    List<String> leftBehind(Collection<Backup> backups) throws IOException {
        Set<String> named = new HashSet<>();
        for (Backup backup : backups) {
            named.add(manifestOf(backup));
            neededBy(backup).forEach(file -> named.add(file.key()));
        }
        List<String> left = new ArrayList<>(keys(".store"));
        for (String place : List.of("database", "storage", "full")) {
            for (String key : keys(place)) {
                if (!named.contains(key) && !isFailedManifest(key)) {
                    left.add(key);
                }
            }
        }
        return left;
    }

    /** The keys below a folder, or nothing if it is not there. */
    List<String> keys(String below) throws IOException {
        Path place = folder.resolve(below);
        if (!Files.exists(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    static String manifestOf(Backup backup) {
        return backup.type() == BackupType.DATABASE
                ? "database/backup_" + backup.id() + ".json"
                : backup.type().wireName() + "/" + backup.id() + "/manifest.json";
    }

    private List<Stored> blobsIn(String refs) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(refs)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .map(parts -> new Stored(parts[0], Long.parseLong(parts[1]), parts[2]))
                    .toList();
        }
    }

    private boolean isFailedManifest(String key) throws IOException {
        return key.endsWith(".json")
                && FAILED.matcher(Files.readString(folder.resolve(key))).find();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
