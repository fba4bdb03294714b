package dev.reliability.backup.offsite;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.objects.DistinctBlobs;
import dev.reliability.backup.objects.KeyFingerprints;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.ManifestFile;
import dev.reliability.backup.repository.Refs;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one backup into another repository, byte by byte, its manifest last. Of the other store it asks no more than to
 * create what is absent, to read and to list: nothing there is ever overwritten or deleted. Each file is read back and
 * compared before a manifest there names it; what is there already is used. So it can be interrupted anywhere and run
 * again.
 *
 * <p>Memory: 16 bytes for each blob of the keyset that is there. For one use by one thread, which holds the lease of the
 * repository that is read, so that nothing is deleted meanwhile.
 */
public final class OffsiteCopy {
    private static final Logger log = LoggerFactory.getLogger(OffsiteCopy.class);

    private final Repository from;
    private final Repository to;
    private final LongConsumer progress;
    private final FileCopy files;
    private long done;

    /**
     * @param from has the backup
     * @param to gets it
     * @param progress told how many bytes are there, of those that it takes to restore; what it throws ends the copy
     */
    public OffsiteCopy(Repository from, Repository to, LongConsumer progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
        this.files = new FileCopy(from.store(), to.store());
    }

    /**
     * What was copied.
     *
     * @param files that were not there before
     * @param bytes of them
     */
    public record Copied(long files, long bytes) {}

    /**
     * Copies a backup; it is in the other repository when this returns.
     *
     * @throws BackupException.Refused something else has its id there
     * @throws DamagedException a byte is not as it was written, here or there; there is no such backup there
     */
    public Copied copy(ManifestFile file, Manifest manifest) throws IOException {
        requireFree(file);
        for (String keyset : encryptedKeysets(manifest)) {
            files.copy(Layout.canary(keyset));
            files.copy(Layout.keyset(keyset));
        }
        Artifact refs = manifest.artifact(Artifact.REFS).orElse(null);
        if (refs != null) {
            copyBlobs(manifest, refs);
        }
        for (Artifact artifact : manifest.artifacts()) {
            files.copy(
                    artifact.key(),
                    artifact.bytes(),
                    artifact.sha256(),
                    () -> Artifacts.openStored(from.store(), artifact));
            proceed(artifact.bytes());
        }
        files.copy(Layout.id(manifest.id()));
        files.create(file.key(), file.bytes());
        return new Copied(files.count(), files.bytes());
    }

    private void requireFree(ManifestFile file) throws IOException {
        Optional<ManifestFile> there = to.catalog().file(file.place().id());
        if (there.isPresent() && !there.get().isSameAs(file)) {
            throw refused(
                    file.place().id(),
                    to.store().location(there.get().key())
                            + " is another backup of this id; copy into a place of its own");
        }
    }

    private static BackupException.Refused refused(String id, String reason) {
        return new BackupException.Refused("backup " + id + " is not copied", List.of(reason));
    }

    private static Set<String> encryptedKeysets(Manifest manifest) {
        Set<String> keysets = new TreeSet<>();
        manifest.artifacts().stream()
                .filter(Artifact::isEncrypted)
                .map(Artifact::keyset)
                .forEach(keysets::add);
        return keysets;
    }

    private void copyBlobs(Manifest manifest, Artifact refs) throws IOException {
        KeyFingerprints there = new KeyFingerprints();
        KeyFingerprints compared = new KeyFingerprints();
        if (manifest.objects() != null) {
            String keyset = manifest.objects().keyset();
            list(Layout.blobs(keyset), there);
            readNewest(keyset, compared);
        }
        Predicate<String> trashed = to.sweep().trashed();
        DistinctBlobs.of(from.store(), refs).forEach(blob -> {
            if (trashed.test(blob.key())) {
                throw refused(
                        manifest.id(),
                        to.store().location(blob.key())
                                + " is listed there for deletion: a cleanup runs there. It can be"
                                + " copied when two more of them, a day apart, are over");
            }
            if (!there.contains(sized(blob.key(), blob.storedBytes())) || !compared.contains(blob.line())) {
                copy(blob);
            }
            proceed(blob.storedBytes());
        });
    }

    private void copy(BlobRef blob) throws IOException {
        files.copy(blob.key(), blob.storedBytes(), blob.storedSha256(), () -> blob.open(from.store()));
    }

    /** What the other store's own rules have expired meanwhile is not in the list, and is copied again. */
    private void list(String prefix, KeyFingerprints there) throws IOException {
        ObjectStore store = to.store();
        try (Stream<ObjectInfo> blobs = store.list(prefix)) {
            blobs.forEach(blob -> there.add(sized(blob.key(), blob.size())));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The blobs of the newest backup there, which were compared before its manifest was written. */
    private void readNewest(String keyset, KeyFingerprints compared) throws IOException {
        for (Manifest newest : to.catalog().newestOf(keyset)) {
            Artifact refs = newest.artifact(Artifact.REFS).orElse(null);
            if (refs == null) {
                continue;
            }
            try {
                // Whole before any of it is believed.
                Artifacts.prove(to.store(), refs);
                Refs.read(to.store(), refs, blob -> compared.add(blob.line()));
                return;
            } catch (DamagedException unusable) {
                log.warn("not used to find what was copied already: {}", unusable.getMessage());
            }
        }
    }

    private static String sized(String key, long bytes) {
        return key + " " + bytes;
    }

    private void proceed(long bytes) {
        done += bytes;
        progress.accept(done);
    }
}
