package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a repository, held against what its files say of themselves and of each other. Whatever holds much is
 * handed on to be read: blobs, the contents of backups.
 *
 * <p>Memory grows with the number of backups, not with that of objects. Safe for use by any thread.
 */
public final class Structure {
    private static final Comparator<Place> BY_KEY =
            Comparator.comparing(place -> Layout.manifest(place.type(), place.id()));

    private final Documents documents;
    private final Manifests manifests;
    private final BackupIds ids;
    private final Operations operations;
    private final StateFiles state;

    Structure(Documents documents, Manifests manifests, BackupIds ids, Operations operations, StateFiles state) {
        this.documents = documents;
        this.manifests = manifests;
        this.ids = ids;
        this.operations = operations;
        this.state = state;
    }

    /** Reads what holds much. */
    public interface Contents {
        /** A blob; called once for each, in the order of their keys, before any backup. */
        void blob(ObjectInfo blob) throws IOException;

        /** A list of objects that a restore replaced. */
        void replaced(String key) throws IOException;

        /** A backup whose manifest is there, whatever it says. */
        void backup(Place place) throws IOException;
    }

    /**
     * Looks at every file, to the end. To be called under the lease, after {@link Recovery#run}: what others write
     * meanwhile would look half done.
     *
     * @param each is told of each finding
     */
    public void check(Contents contents, Consumer<Finding> each) throws IOException {
        Walk walk = new Walk(contents, each);
        try (Stream<ObjectInfo> files = documents.store().list("")) {
            for (Iterator<ObjectInfo> all = files.iterator(); all.hasNext(); ) {
                walk.file(all.next());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        walk.end();
    }

    private final class Walk {
        private final Contents contents;
        private final Consumer<Finding> each;
        private final TreeMap<Place, List<String>> filesOf = new TreeMap<>(BY_KEY);
        private final TreeSet<Long> epochs = new TreeSet<>(Set.of(0L));
        private final Set<String> withFacts = new TreeSet<>();
        private final Set<String> missing = new HashSet<>();

        Walk(Contents contents, Consumer<Finding> each) {
            this.contents = contents;
            this.each = finding -> {
                // Several files may say of one that it must be there.
                if (finding.kind() != Kind.MISSING || missing.add(finding.key())) {
                    each.accept(finding);
                }
            };
        }

        void file(ObjectInfo file) throws IOException {
            String key = file.key();
            Optional<Place> place = Layout.backupOf(key);
            if (place.isPresent()) {
                filesOf.computeIfAbsent(place.get(), none -> new ArrayList<>()).add(key);
            } else if (Layout.isBlob(key)) {
                contents.blob(file);
            } else if (Layout.isReplaced(key)) {
                contents.replaced(key);
            } else if (!checkState(key) && !key.startsWith(ObjectKeys.PROBES)) {
                each.accept(new Finding(Kind.FOREIGN, key, "nothing of a repository lies there; it is left alone"));
            }
        }

        private boolean checkState(String key) throws IOException {
            epochs.add(Epochs.epochOf(key));
            FactSeries.placeOf(key).ifPresent(fact -> withFacts.add(fact.backupId()));
            try {
                return state.check(key, each);
            } catch (ObjectStoreException e) {
                each.accept(Finding.unreadable(key, e));
                return true;
            }
        }

        void end() throws IOException {
            requireFormat();
            requireLeases();
            for (Map.Entry<Place, List<String>> backup : filesOf.entrySet()) {
                Place place = backup.getKey();
                String manifest = Layout.manifest(place.type(), place.id());
                withFacts.remove(place.id());
                if (backup.getValue().contains(manifest)) {
                    checkClaim(place);
                    checkLeftOver(place, backup.getValue());
                    contents.backup(place);
                } else {
                    reportWithoutManifest(place, backup.getValue());
                }
            }
            for (String id : withFacts) {
                Optional<BackupIds.Claim> claim = ids.claimOf(id);
                String place = claim.isPresent() ? Layout.manifest(claim.get().type(), id) : Layout.id(id);
                each.accept(new Finding(Kind.MISSING, place, "there are facts of backup " + id));
            }
        }

        /** Whoever opened the repository has read it; it may be gone since. */
        private void requireFormat() throws IOException {
            if (documents.store().head(Layout.FORMAT).isEmpty()) {
                each.accept(new Finding(Kind.MISSING, Layout.FORMAT, "every repository has it"));
            }
        }

        /** Epochs follow one another, and only those far below the highest are removed. */
        private void requireLeases() {
            long highest = epochs.last();
            for (long epoch = Math.max(1, highest - Epochs.KEPT); epoch < highest; epoch++) {
                if (!epochs.contains(epoch)) {
                    each.accept(new Finding(Kind.MISSING, Layout.lease(epoch), "epoch " + highest + " came after it"));
                }
            }
        }

        private void checkClaim(Place place) throws IOException {
            String claim = Layout.id(place.id());
            if (documents.store().head(claim).isEmpty()) {
                each.accept(new Finding(Kind.MISSING, claim, "there is a backup of this id"));
            }
        }

        private void checkLeftOver(Place place, List<String> keys) throws IOException {
            Manifest manifest = manifestOrNull(place);
            if (manifest != null && manifest.status() == BackupStatus.FAILED) {
                reportLeftOver(keys, Layout.manifest(place.type(), place.id()));
            }
        }

        private void reportWithoutManifest(Place place, List<String> keys) throws IOException {
            Optional<BackupIds.Claim> claim = ids.claimOf(place.id());
            boolean failed = claim.isPresent()
                    && operations
                            .find(claim.get().operationId())
                            .map(record -> record.status().status())
                            .filter(status -> status == Status.FAILED || status == Status.CANCELLED)
                            .isPresent();
            if (failed) {
                reportLeftOver(keys, "");
            } else {
                each.accept(new Finding(
                        Kind.MISSING,
                        Layout.manifest(place.type(), place.id()),
                        "files of backup " + place.id() + " are there"));
            }
        }

        private void reportLeftOver(List<String> keys, String manifest) {
            for (String key : keys) {
                if (!key.equals(manifest)) {
                    each.accept(new Finding(Kind.FOREIGN, key, "left by an operation that failed; no backup needs it"));
                }
            }
        }

        private @Nullable Manifest manifestOrNull(Place place) throws IOException {
            try {
                return manifests
                        .read(place)
                        .map(ManifestReading::manifestOrNull)
                        .orElse(null);
            } catch (ObjectStoreException e) {
                Finding unused = Finding.unreadable(Layout.manifest(place.type(), place.id()), e);
                return null;
            }
        }
    }
}
