package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestCodec;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The manifests in their places. */
final class Manifests {
    private final Documents documents;
    private final BackupIds ids;
    private final ManifestCodec codec;

    Manifests(Documents documents, BackupIds ids, SigningKeys keys) {
        this.documents = documents;
        this.ids = ids;
        this.codec = new ManifestCodec(keys);
    }

    /**
     * Something that lies in a manifest's place.
     *
     * @param file as it was listed
     */
    record Listed(Place place, ObjectInfo file) {}

    /**
     * Writes a manifest if its place is free; whether it is there now because of this call. What the store said is
     * not taken for what it has: a backup exists by this document alone.
     *
     * @throws DamagedException if it is not there as it was written, though the store said so
     */
    boolean create(Manifest manifest) throws IOException {
        String key = Layout.manifest(manifest.type(), manifest.id());
        byte[] document = codec.write(manifest);
        if (!documents.create(key, document)) {
            return false;
        }
        if (!documents.isThere(key, document)) {
            // What it has is ours and of no use: it must not pass for a backup that somebody changed.
            documents.store().delete(key);
            throw new DamagedException(documents.store().location(key)
                    + " was just written and is not there as it was: the store does not keep what it is given");
        }
        return true;
    }

    /** Writes a manifest as it was written elsewhere, if its place is free; whether it is there now because of this call. */
    boolean create(ManifestFile manifest) throws IOException {
        return documents.create(manifest.key(), manifest.bytes());
    }

    /** Reads a manifest that came from elsewhere and belongs into this place. */
    ManifestFile parse(Place place, byte[] bytes) {
        return new ManifestFile(place, bytes, inPlace(codec.read(bytes), place));
    }

    /** What lies in this place, byte by byte; empty if nothing does. */
    Optional<ManifestFile> file(Place place) throws IOException {
        return documents
                .read(Layout.manifest(place.type(), place.id()), ManifestCodec.MAX_BYTES)
                .map(bytes -> parse(place, bytes));
    }

    /**
     * Takes the place of a manifest for good, so that nobody can commit there.
     *
     * @return false if a backup was committed there before
     */
    boolean close(Place place, OperationStatus operation, String reason) throws IOException {
        Manifest failed = new Manifest(
                place.id(),
                place.type(),
                BackupStatus.FAILED,
                BackupId.momentOf(place.id()).orElseThrow(),
                documents.now(),
                operation.id(),
                operation.requestedBy(),
                List.of(),
                null,
                null,
                0,
                reason);
        return create(failed) || !isCommitted(place);
    }

    /** Whether a backup was committed here. What can not be read may be one: its files are not for us to judge. */
    boolean isCommitted(Place place) throws IOException {
        Optional<ManifestReading> there = read(place);
        return there.isPresent()
                && there.map(ManifestReading::manifestOrNull)
                        .filter(manifest -> manifest.status() == BackupStatus.FAILED)
                        .isEmpty();
    }

    /** Where something lies in the place of the manifest of this id; empty if nowhere, or if it is not an id. */
    Optional<Place> placeOf(String id) throws IOException {
        if (!BackupId.isValid(id)) {
            return Optional.empty();
        }
        List<BackupType> types = new ArrayList<>(List.of(BackupType.values()));
        ids.claimOf(id).map(BackupIds.Claim::type).ifPresent(claimed -> {
            types.remove(claimed);
            types.add(0, claimed);
        });
        for (BackupType type : types) {
            if (documents.store().head(Layout.manifest(type, id)).isPresent()) {
                return Optional.of(new Place(type, id));
            }
        }
        return Optional.empty();
    }

    /** What lies in this place; empty if nothing does. */
    Optional<ManifestReading> read(Place place) throws IOException {
        Optional<ObjectInfo> file = documents.store().head(Layout.manifest(place.type(), place.id()));
        return file.isEmpty() ? Optional.empty() : read(new Listed(place, file.get()));
    }

    /** What lies in this place; empty if nothing does any more. */
    Optional<ManifestReading> read(Listed listed) throws IOException {
        if (listed.file().size() > ManifestCodec.MAX_BYTES) {
            return Optional.of(new ManifestReading.Changed("it has "
                    + listed.file().size() + " bytes, a manifest has at" + " most " + ManifestCodec.MAX_BYTES));
        }
        return documents
                .read(listed.file().key(), ManifestCodec.MAX_BYTES)
                .map(codec::read)
                .map(reading -> inPlace(reading, listed.place()));
    }

    /** All that lies in places of manifests, in the order of their keys. */
    List<Listed> list(@Nullable BackupType onlyType) throws IOException {
        List<Listed> places = new ArrayList<>();
        for (BackupType type : BackupType.values()) {
            if (onlyType == null || onlyType == type) {
                try (Stream<ObjectInfo> files = documents.store().list(Layout.folder(type))) {
                    files.forEach(
                            file -> Layout.placeOf(file.key()).ifPresent(place -> places.add(new Listed(place, file))));
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            }
        }
        return places;
    }

    /** A manifest that was copied elsewhere is not the manifest of what lies there. */
    private static ManifestReading inPlace(ManifestReading reading, Place place) {
        Manifest manifest = reading.manifestOrNull();
        if (manifest == null) {
            return reading;
        }
        Place own = new Place(manifest.type(), manifest.id());
        if (!own.equals(place)) {
            return new ManifestReading.Changed(
                    "it is the manifest of the " + own.type().wireName() + " backup " + own.id()
                            + " and lies in the place of the " + place.type().wireName() + " backup " + place.id());
        }
        for (Artifact artifact : manifest.artifacts()) {
            if (!Layout.artifacts(place.type(), place.id()).contains(artifact.key())) {
                return new ManifestReading.Changed(
                        "it names a file that can not belong to it alone: " + artifact.key());
            }
        }
        return reading;
    }
}
