package dev.reliability.sample.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestCodec;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Refs;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Looks at a repository from outside while others work on it, and believes nothing but its bytes. */
final class Witness {
    private static final String LEASES = ".repository/lease/";
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
    private static final Duration TAKEOVER = Duration.ofSeconds(20);
    /** It looks only now and then, and a machine may be busy. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final ObjectStore repository;
    private final ManifestCodec codec = new ManifestCodec(SigningKeys.of(List.of(Replica.SIGNING_KEY)));
    private long epoch;
    private String beat = "";
    private long changedAt = System.nanoTime();
    private Duration longestSilence = Duration.ZERO;
    private int takeovers;
    private long bytesRead;

    Witness(ObjectStore repository) {
        this.repository = repository;
    }

    // ---- the lease

    /**
     * Looks at the lease: nobody takes it over before its time, and it never stands still for longer than 30 s.
     *
     * @param anyoneRuns whether somebody is there to take it
     */
    void lookAtLease(boolean anyoneRuns) throws IOException {
        long highest;
        try (Stream<ObjectInfo> files = repository.list(LEASES)) {
            // The S3 server's folder also shows what is being written.
            highest = files.map(file -> file.key().substring(LEASES.length()))
                    .filter(name -> name.matches("[0-9]{12}(\\.beat)?"))
                    .mapToLong(name -> Long.parseLong(name.replace(".beat", "")))
                    .max()
                    .orElse(0);
        }
        String now = read(LEASES + String.format("%012d.beat", highest));
        long at = System.nanoTime();
        Duration silent = Duration.ofNanos(at - changedAt);
        if (highest == epoch + 1 && epoch > 0 && !beat.contains("\"released\": true") && !beat.isEmpty()) {
            String last = read(LEASES + String.format("%012d.beat", epoch));
            if (last.equals(beat)) {
                takeovers++;
                assertThat(silent)
                        .as("epoch %d was taken over while its holder had the lease", epoch)
                        .isGreaterThan(TAKEOVER.minus(SLACK));
            }
        }
        if (highest != epoch || !now.equals(beat)) {
            epoch = highest;
            beat = now;
            changedAt = at;
        } else if (anyoneRuns) {
            longestSilence = silent.compareTo(longestSilence) > 0 ? silent : longestSilence;
            assertThat(silent)
                    .as("since anything changed at the lease, epoch %d, %s", epoch, beat)
                    .isLessThan(LONGEST_SILENCE.plus(SLACK));
        }
    }

    private String read(String key) throws IOException {
        try (InputStream in = repository.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (ObjectNotFoundException notYetOrNoMore) {
            return "";
        }
    }

    // ---- the backups

    /**
     * Reads every byte of all backups and compares it with manifests and indexes.
     *
     * @param beingDeleted ids that may vanish while they are read
     * @return the ids of all that are there
     */
    Set<String> lookAtBackups(Predicate<String> beingDeleted) throws IOException {
        Set<String> there = new HashSet<>();
        Set<String> wholeBlobs = new HashSet<>();
        for (String prefix : List.of("storage/", "full/")) {
            for (String key : keys(prefix)) {
                if (Layout.placeOf(key).isPresent()) {
                    lookAtBackup(key, there, wholeBlobs, beingDeleted);
                }
            }
        }
        return there;
    }

    private List<String> keys(String prefix) throws IOException {
        try (Stream<ObjectInfo> files = repository.list(prefix)) {
            return new ArrayList<>(files.map(ObjectInfo::key).toList());
        }
    }

    private void lookAtBackup(
            String manifestKey, Set<String> there, Set<String> wholeBlobs, Predicate<String> beingDeleted)
            throws IOException {
        byte[] document;
        try (InputStream in = repository.get(manifestKey)) {
            document = in.readAllBytes();
        } catch (ObjectNotFoundException deleted) {
            return;
        }
        ManifestReading reading = codec.read(document);
        assertThat(reading).as(manifestKey).isInstanceOf(ManifestReading.Intact.class);
        Manifest manifest = ((ManifestReading.Intact) reading).manifest();
        if (manifest.status() == BackupStatus.FAILED) {
            return;
        }
        assertThat(manifest.status()).as(manifestKey).isEqualTo(BackupStatus.COMPLETED);
        try {
            for (Artifact artifact : manifest.artifacts()) {
                assertThat(sha256(artifact.key())).as(artifact.key()).isEqualTo(artifact.sha256());
                if (artifact.role().equals(Artifact.REFS)) {
                    lookAtBlobs(artifact, wholeBlobs);
                }
            }
            there.add(manifest.id());
        } catch (IOException | AssertionError missing) {
            // The manifest is the first that a deletion takes away.
            if (!beingDeleted.test(manifest.id())
                    || repository.head(manifestKey).isPresent()) {
                throw missing;
            }
        }
    }

    private void lookAtBlobs(Artifact refs, Set<String> whole) throws IOException {
        List<BlobRef> blobs = new ArrayList<>();
        Refs.read(repository, refs, blobs::add);
        for (BlobRef blob : blobs) {
            if (whole.add(blob.key())) {
                assertThat(sha256(blob.key())).as(blob.key()).isEqualTo(blob.storedSha256());
            }
        }
    }

    private String sha256(String key) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(repository.get(key), digest)) {
                bytesRead += in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return "epoch " + epoch + ", " + takeovers + " takeovers seen, longest silence of the lease "
                + longestSilence.toMillis() + " ms, " + bytesRead + " bytes compared";
    }
}
