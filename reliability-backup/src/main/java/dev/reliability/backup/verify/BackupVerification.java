package dev.reliability.backup.verify;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.objects.ObjectLists;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Decompression;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies one backup, from its manifest down: its own files, then the lists of its objects against each other and
 * against the manifest, then the blobs that they name. Whatever is wrong, the rest is looked at as well.
 */
final class BackupVerification {
    private final Repository repository;
    private final StoredBytes bytes;
    private final BlobCheck blobs;
    private final Consumer<Finding> each;
    private final RecentBlobs recent = new RecentBlobs();

    BackupVerification(Repository repository, StoredBytes bytes, BlobCheck blobs, Consumer<Finding> each) {
        this.repository = repository;
        this.bytes = bytes;
        this.blobs = blobs;
        this.each = each;
    }

    void run(Place place) throws IOException {
        Manifest manifest = readManifest(place);
        if (manifest == null) {
            checkWithoutManifest(place);
            return;
        }
        if (!manifest.status().exists()) {
            return;
        }
        Map<String, Artifact> whole = new HashMap<>();
        for (Artifact artifact : manifest.artifacts()) {
            Finding finding = bytes.check(artifact.key(), artifact.bytes(), artifact.sha256());
            if (finding == null) {
                whole.put(artifact.role(), artifact);
            } else {
                each.accept(finding);
            }
        }
        requireAll(place, manifest);
        if (manifest.objects() != null) {
            Artifact index = whole.get(Artifact.OBJECTS);
            boolean readable = index != null && !index.isEncrypted();
            checkObjects(manifest, readable ? index : null, whole.get(Artifact.REFS));
        }
    }

    /** Nobody knows what these files must be any more; that they are whole by their format's checksum can still be seen. */
    private void checkWithoutManifest(Place place) throws IOException {
        ObjectStore store = repository.store();
        for (String key : Layout.artifacts(place.type(), place.id())) {
            Compression compression = Compression.ofName(key)
                    .filter(format -> Decompression.obstacle(format).isEmpty())
                    .orElse(null);
            if (compression == null || store.head(key).isEmpty()) {
                continue;
            }
            try (InputStream stored = store.get(key);
                    InputStream plain = Decompression.open(compression, stored)) {
                plain.transferTo(OutputStream.nullOutputStream());
            } catch (EOFException | ZipException e) {
                each.accept(new Finding(
                        Kind.DAMAGED, key, "it is not whole " + compression.wireName() + ": " + e.getMessage()));
            } catch (ObjectStoreException e) {
                each.accept(Finding.unreadable(key, e));
            }
        }
    }

    private @Nullable Manifest readManifest(Place place) throws IOException {
        String key = Layout.manifest(place.type(), place.id());
        Optional<ManifestReading> reading;
        try {
            reading = repository.catalog().manifest(place);
        } catch (ObjectStoreException e) {
            each.accept(Finding.unreadable(key, e));
            return null;
        }
        if (reading.isEmpty()) {
            each.accept(new Finding(Kind.MISSING, key, "it was there a moment ago"));
            return null;
        }
        if (reading.get() instanceof ManifestReading.Changed changed) {
            each.accept(new Finding(Kind.DAMAGED, key, changed.reason()));
        } else if (reading.get() instanceof ManifestReading.UnknownFormat unknown) {
            each.accept(new Finding(Kind.UNKNOWN_FORMAT, key, "it has format " + unknown.format()));
        } else if (reading.get() instanceof ManifestReading.Unsigned unsigned) {
            each.accept(new Finding(Kind.UNTRUSTED, key, unsigned.reason()));
        }
        return reading.get().manifestOrNull();
    }

    /** A manifest that does not name all that a backup of its type has would be read as whole. */
    private void requireAll(Place place, Manifest manifest) {
        List<String> named = manifest.artifacts().stream().map(Artifact::role).toList();
        for (String role : new TreeSet<>(Artifact.rolesOf(place.type()))) {
            if (!named.contains(role)) {
                contradictory(
                        Layout.manifest(place.type(), place.id()),
                        "a " + place.type().wireName() + " backup has a file with the role " + role
                                + ", and it does not name one");
            }
        }
    }

    private void checkObjects(Manifest manifest, @Nullable Artifact index, @Nullable Artifact refs) throws IOException {
        Artifact list = refs == null ? index : refs;
        if (list == null) {
            return;
        }
        String key = list.key();
        try {
            ObjectLists.Totals totals = ObjectLists.read(repository.store(), index, refs, blob -> check(key, blob));
            if (totals.contradiction() != null) {
                contradictory(key, totals.contradiction());
            }
            checkTotals(key, totals, manifest.objects(), index == null);
        } catch (DamagedException e) {
            // Their bytes are those of the manifest: whoever wrote them wrote something else than lists.
            contradictory(key, String.valueOf(e.getMessage()));
        }
    }

    private void check(String list, BlobRef blob) throws IOException {
        if (!recent.add(blob)) {
            return;
        }
        if (!Layout.isBlobOf(blob.key(), blob.storedSha256())) {
            contradictory(list, "it names " + blob.key() + " for the sha256 " + blob.storedSha256());
            return;
        }
        Finding finding = blobs.check(blob);
        if (finding != null) {
            each.accept(finding);
        }
    }

    /** @param stored whether it is the blobs that were added up, not what is in them */
    private void checkTotals(String key, ObjectLists.Totals totals, @Nullable ObjectsFacts facts, boolean stored) {
        if (facts == null) {
            return;
        }
        long bytes = stored ? facts.storedBytes() : facts.bytes();
        if (totals.count() != facts.count() || totals.bytes() != bytes) {
            contradictory(
                    key,
                    "it has " + totals.count() + " objects of " + totals.bytes() + " bytes, the manifest says "
                            + facts.count() + " of " + bytes);
        }
    }

    private void contradictory(String key, String words) {
        each.accept(new Finding(Kind.CONTRADICTORY, key, words));
    }
}
