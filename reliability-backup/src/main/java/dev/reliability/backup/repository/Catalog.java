package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.backup.repository.Manifests.Listed;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which backups there are. Safe for use by any thread. */
public final class Catalog {
    private static final int NEWEST = 3;
    private static final Comparator<Backup> OLDEST_FIRST = Comparator.comparing(Backup::createdAt)
            // Of one second the second is "…_2", the tenth "…_10".
            .thenComparing(backup -> backup.id().length())
            .thenComparing(Backup::id);

    private final Documents documents;
    private final Manifests manifests;
    private final Operations operations;
    private final BackupIds ids;
    private final Deletions deletions;
    private final Facts facts;
    private final RecordedBackups recorded;
    /** Backups whose manifest may be there, or may appear yet. */
    private final Set<String> undecided = ConcurrentHashMap.newKeySet();

    private final ReadCache<Entry> cache = new ReadCache<>(10_000);

    Catalog(
            Documents documents,
            Manifests manifests,
            Operations operations,
            BackupIds ids,
            Deletions deletions,
            Facts facts) {
        this.documents = documents;
        this.manifests = manifests;
        this.operations = operations;
        this.ids = ids;
        this.deletions = deletions;
        this.facts = facts;
        this.recorded = new RecordedBackups(documents, operations, ids);
    }

    /**
     * A file in a manifest's place that is no manifest of ours.
     *
     * @param key where it lies
     * @param reason one sentence
     */
    public record Fault(String key, String reason) {}

    /**
     * What a manifest's place holds, as far as a list needs it.
     *
     * @param keyset of its objects; null if it has none
     * @param backup null if it is not a manifest of ours
     * @param fault null if it is one
     */
    private record Entry(
            @Nullable Backup backup,
            @Nullable String keyset,
            @Nullable Fault fault) {}

    /**
     * Makes a backup exist: writes its manifest if its place is free. All its artifacts must be stored by now.
     *
     * @return false if the place is taken: then this writer has lost its lease, and there is no such backup
     * @throws IOException if nobody knows whether it exists now; {@link #abandon} finds out
     */
    public boolean commit(Manifest manifest) throws IOException {
        undecided.add(manifest.id());
        boolean committed = manifests.create(manifest);
        undecided.remove(manifest.id());
        return committed;
    }

    /**
     * Makes a backup of another repository exist here, as it was written there. All that it names must be stored by now.
     *
     * <p>Where an import was lost before, its place was closed. Only that is undone here: the one who stood still would
     * write the same manifest, and all that it names is there.
     *
     * @return false if the place is taken; then there is no such backup by this call
     * @throws IOException if nobody knows whether it exists now; {@link #abandon} finds out
     */
    public boolean commit(ManifestFile manifest) throws IOException {
        Optional<ManifestFile> there = manifests.file(manifest.place());
        if (there.isPresent() && isLostImport(there.get())) {
            documents.store().delete(manifest.key());
        }
        undecided.add(manifest.place().id());
        boolean committed = manifests.create(manifest);
        undecided.remove(manifest.place().id());
        return committed;
    }

    /** Whether this closes the place of an import whose process was lost, so that the import can be made again. */
    public boolean isLostImport(ManifestFile there) throws IOException {
        Manifest closed = there.reading().manifestOrNull();
        return closed != null
                && closed.status() == BackupStatus.FAILED
                && operations
                        .find(closed.operation())
                        .filter(record -> record.status().kind() == OperationStatus.Kind.IMPORT)
                        .isPresent();
    }

    /**
     * Removes the files of a backup that failed, whatever failed, also a lost lease: they are its own. After a commit
     * of which nobody knows whether it succeeded, its place is closed first, so that a manifest that is still on its
     * way can not appear without its files.
     *
     * @return false if the commit had succeeded, so that the backup exists; then nothing was removed
     * @throws IOException if nobody knows; then nothing was removed, and the next holder of the lease finds out
     */
    public boolean abandon(RunningOperation operation) throws IOException {
        Optional<Place> place = ids.placeOf(operation.id());
        if (place.isEmpty()) {
            return true;
        }
        boolean closed = undecided.contains(place.get().id())
                ? manifests.close(place.get(), operation.status(), "its manifest could not be written")
                : !manifests.isCommitted(place.get());
        undecided.remove(place.get().id());
        if (!closed) {
            return false;
        }
        deletions.removeArtifacts(place.get());
        return true;
    }

    /** One backup of any status; empty if unknown, also for a text that is not an id. */
    public Optional<Backup> find(String id) throws IOException {
        Optional<Place> place = manifests.placeOf(id);
        Optional<ManifestReading> reading = place.isEmpty() ? Optional.empty() : manifests.read(place.get());
        Manifest manifest = reading.map(ManifestReading::manifestOrNull).orElse(null);
        if (reading.isEmpty() || (manifest == null && !isClaimed(place.get()))) {
            return recorded.find(id);
        }
        Facts.Proof proof = facts.proof(id).orElse(null);
        return manifest == null ? Optional.empty() : Optional.of(verified(backupOf(manifest, reading.get()), proof));
    }

    /** Where the manifest of this backup lies, whatever it is; empty if nowhere, also for a text that is not an id. */
    public Optional<Place> place(String id) throws IOException {
        return manifests.placeOf(id);
    }

    /** Where manifests lie, or what lies in their places; nothing is read. */
    public List<Place> places() throws IOException {
        return manifests.list(null).stream().map(Listed::place).toList();
    }

    /** What lies in this place; empty if nothing does. */
    public Optional<ManifestReading> manifest(Place place) throws IOException {
        return manifests.read(place);
    }

    /** What lies in the place of this backup's manifest; empty if nothing does, also for a text that is not an id. */
    public Optional<ManifestReading> manifest(String id) throws IOException {
        Optional<Place> place = manifests.placeOf(id);
        return place.isEmpty() ? Optional.empty() : manifests.read(place.get());
    }

    /** The manifest of this backup, byte by byte; empty if nothing lies in its place, also for a text that is not an id. */
    public Optional<ManifestFile> file(String id) throws IOException {
        Optional<Place> place = manifests.placeOf(id);
        return place.isEmpty() ? Optional.empty() : manifests.file(place.get());
    }

    /** Reads a manifest that was written elsewhere and belongs into this place; never throws for what is in it. */
    public ManifestFile parse(Place place, byte[] bytes) {
        return manifests.parse(place, bytes);
    }

    /** Lists backups, newest first. */
    public BackupPage list(BackupQuery query) throws IOException {
        List<Backup> matching = select(query.type(), query.statuses());
        List<Backup> shown = matching.stream().limit(query.limit()).toList();
        Set<String> ids = shown.stream().map(Backup::id).collect(Collectors.toSet());
        Map<String, Facts.Proof> proofs = ids.isEmpty() ? Map.of() : facts.proofs(ids);
        return new BackupPage(
                matching.size(),
                shown.stream()
                        .map(backup -> verified(backup, proofs.get(backup.id())))
                        .toList());
    }

    /** All backups of these statuses, newest first, however many; when they were verified is not looked up. */
    public List<Backup> all(Set<BackupStatus> statuses) throws IOException {
        return select(null, statuses);
    }

    /** The newest trusted backups with objects in this keyset, newest first: a few, should one be damaged. */
    public List<Manifest> newestOf(String keyset) throws IOException {
        List<Backup> backups = entries(null).stream()
                .filter(entry -> keyset.equals(entry.keyset()))
                .flatMap(entry -> Stream.ofNullable(entry.backup()))
                .filter(backup -> backup.status().exists())
                .sorted(OLDEST_FIRST.reversed())
                .limit(NEWEST)
                .toList();
        List<Manifest> newest = new ArrayList<>();
        for (Backup backup : backups) {
            if (manifest(backup.id()).orElse(null) instanceof ManifestReading.Intact intact) {
                newest.add(intact.manifest());
            }
        }
        return newest;
    }

    /** All that lies in a manifest's place and is none of ours; it is never listed, counted or cleaned up. */
    public List<Fault> faults() throws IOException {
        List<Fault> faults = new ArrayList<>();
        for (Entry entry : entries(null)) {
            if (entry.fault() != null) {
                faults.add(entry.fault());
            }
        }
        return faults;
    }

    /**
     * Deletes a backup: its manifest, then its own artifacts, then its facts. Its id stays claimed, its blobs stay
     * for {@link Sweep}. A manifest that was changed can be deleted as well, if its id was claimed here.
     *
     * @throws BackupException.NotFound if there is none
     * @throws BackupException.Busy if it is being made
     * @throws BackupException.Refused if its format is unknown
     */
    public void delete(Lease lease, String id) throws IOException {
        Optional<Place> place = manifests.placeOf(id);
        Optional<ManifestReading> reading = place.isEmpty() ? Optional.empty() : manifests.read(place.get());
        Optional<Backup> withoutManifest =
                reading.isEmpty() || (reading.get().manifestOrNull() == null && !isClaimed(place.get()))
                        ? recorded.find(id)
                        : Optional.empty();
        if (reading.isPresent() && withoutManifest.isEmpty()) {
            requireOurs(place.get(), reading.get());
            deletions.delete(lease, place.get());
            return;
        }
        Backup failed = withoutManifest.orElseThrow(() -> new BackupException.NotFound("there is no backup " + id));
        if (failed.status() == BackupStatus.RUNNING) {
            throw new BackupException.Busy(
                    "backup " + id + " is being made; end that first",
                    ids.claimOf(id).map(BackupIds.Claim::operationId).orElse(null));
        }
        deletions.delete(lease, new Place(failed.type(), id));
    }

    private void requireOurs(Place place, ManifestReading reading) throws IOException {
        String where = documents.store().location(Layout.manifest(place.type(), place.id()));
        if (reading instanceof ManifestReading.UnknownFormat unknown) {
            String reason = where + " has format " + unknown.format() + ", which this version does not know";
            throw new BackupException.Refused(reason + "; delete it with the version that wrote it", List.of(reason));
        }
        if (reading instanceof ManifestReading.Changed && !isClaimed(place)) {
            throw new BackupException.NotFound("there is no backup " + place.id() + "; " + where + " is not ours");
        }
    }

    /** Whether a backup of this type got this id here: else what lies in its place is somebody else's. */
    private boolean isClaimed(Place place) throws IOException {
        return ids.claimOf(place.id())
                .filter(claim -> claim.type() == place.type())
                .isPresent();
    }

    private List<Backup> select(@Nullable BackupType type, Set<BackupStatus> statuses) throws IOException {
        Map<String, Backup> byId = new HashMap<>();
        if (statuses.stream().anyMatch(status -> !status.exists())) {
            recorded.all().stream()
                    .filter(backup -> type == null || type == backup.type())
                    .forEach(backup -> byId.put(backup.id(), backup));
        }
        // Where both know of a backup the manifest is right: a record may be older than what became of it.
        for (Entry entry : entries(type)) {
            if (entry.backup() != null) {
                byId.put(entry.backup().id(), entry.backup());
            } else if (entry.fault() != null) {
                removeUnknown(entry.fault(), byId);
            }
        }
        return byId.values().stream()
                .filter(backup -> statuses.contains(backup.status()))
                .sorted(OLDEST_FIRST.reversed())
                .toList();
    }

    /** What lies in a backup's own place and can not be read may be more than its record says: it is left alone. */
    private static void removeUnknown(Fault fault, Map<String, Backup> byId) {
        Layout.placeOf(fault.key())
                .ifPresent(place -> byId.computeIfPresent(
                        place.id(), (id, backup) -> backup.type() == place.type() ? null : backup));
    }

    private List<Entry> entries(@Nullable BackupType type) throws IOException {
        return cache
                .all(
                        manifests.list(type),
                        Listed::file,
                        listed -> manifests.read(listed).map(reading -> entryOf(listed, reading)))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Entry entryOf(Listed listed, ManifestReading reading) {
        Manifest manifest = reading.manifestOrNull();
        if (manifest != null) {
            String keyset =
                    manifest.objects() == null ? null : manifest.objects().keyset();
            return new Entry(backupOf(manifest, reading), keyset, null);
        }
        String reason = reading instanceof ManifestReading.UnknownFormat unknown
                ? "it has format " + unknown.format() + ", which this version does not know"
                : ((ManifestReading.Changed) reading).reason();
        return new Entry(null, null, new Fault(listed.file().key(), reason));
    }

    private Backup backupOf(Manifest manifest, ManifestReading reading) {
        return new Backup(
                manifest.id(),
                manifest.type(),
                documents.store().location(pathOf(manifest)),
                manifest.size(),
                manifest.addedBytes(),
                manifest.createdAt(),
                manifest.status(),
                reading instanceof ManifestReading.Intact intact && intact.signed(),
                null,
                null,
                manifest.message(),
                manifest.replacedBy());
    }

    /** What a person is shown as the place of a backup: its dump, if that is all, else its folder. */
    private static String pathOf(Manifest manifest) {
        return manifest.artifact(Artifact.DUMP)
                .filter(dump -> manifest.type() == BackupType.DATABASE)
                .map(Artifact::key)
                .orElseGet(() -> Layout.place(manifest.type(), manifest.id()));
    }

    private static Backup verified(Backup backup, Facts.@Nullable Proof proof) {
        return new Backup(
                backup.id(),
                backup.type(),
                backup.path(),
                backup.size(),
                backup.addedBytes(),
                backup.createdAt(),
                backup.status(),
                backup.signed(),
                proof == null ? null : proof.at(),
                proof == null ? null : proof.level(),
                backup.message(),
                backup.replacedBy());
    }
}
