package dev.reliability.backup;

import dev.reliability.backup.archive.ArchiveNames;
import dev.reliability.backup.archive.ArchiveReader;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestCodec;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.objects.DistinctBlobs;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.ManifestFile;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Takes a backup out of an archive into a repository, in one pass: each file is proved while it is stored, and the
 * manifest is written last. Memory does not grow with the size of the backup. For one use by one thread.
 */
final class Importation {
    private static final int BUFFER = 1 << 16;
    private static final int SMALL = 1 << 16;

    private final Repository repository;
    private final RunningOperation operation;
    private final ObjectStore store;
    private final boolean acceptUntrusted;
    private long done;
    private long added;

    /** @param acceptUntrusted whether a manifest that none of our keys signed is taken, to be listed as unsigned */
    Importation(Repository repository, RunningOperation operation, boolean acceptUntrusted) {
        this.repository = repository;
        this.operation = operation;
        this.store = repository.store();
        this.acceptUntrusted = acceptUntrusted;
    }

    /**
     * Imports. If it throws, there is no such backup here, unless there was one before.
     *
     * <p>If the same backup is here already, nothing is done.
     *
     * @throws BackupException.Refused the archive is not one of an export, is not trusted, or its id is taken here
     * @throws DamagedException a byte is not as it was written, or missing
     */
    OperationRunner.Result run(Path file) throws IOException {
        store.removeAbandoned();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            return run(new ArchiveReader(file.toString(), in));
        }
    }

    private OperationRunner.Result run(ArchiveReader archive) throws IOException {
        ManifestFile file = head(archive);
        Manifest manifest = admit(archive, file);
        if (isHere(file)) {
            operation.backup(manifest.id(), manifest.type());
            return OperationRunner.Result.completed(
                    "backup " + manifest.id() + " is here already, as it is in the archive");
        }
        repository.ids().claim(operation, file.place());
        try (Attempt attempt = new Attempt(repository, operation)) {
            storeAll(archive, manifest);
            archive.end();
            attempt.commit(manifest.id(), () -> repository.catalog().commit(file));
        }
        return OperationRunner.Result.completed(
                "backup " + manifest.id() + " is imported: " + manifest.size() + " bytes, " + added + " of them new");
    }

    /** Up to the manifest, which names all the rest. */
    private ManifestFile head(ArchiveReader archive) throws IOException {
        drain(archive.next(ArchiveNames.README).content());
        byte[] format = read(archive, archive.next(Layout.FORMAT), SMALL);
        try {
            Repository.requireFormat(format, "the archive", Layout.FORMAT);
        } catch (JsonFault unreadable) {
            throw new DamagedException(
                    "the archive's " + Layout.FORMAT + " can not be read: " + unreadable.getMessage());
        }
        ArchiveReader.Entry entry = archive.next();
        Layout.Place place = Layout.placeOf(entry.key())
                .orElseThrow(() -> archive.refused("its third file is not the manifest of a backup"));
        return repository.catalog().parse(place, read(archive, entry, ManifestCodec.MAX_BYTES));
    }

    private static byte[] read(ArchiveReader archive, ArchiveReader.Entry entry, int maxBytes) throws IOException {
        if (entry.size() > maxBytes) {
            throw archive.refused(
                    "its " + entry.key() + " has " + entry.size() + " bytes, such a file has at most " + maxBytes);
        }
        return entry.content().readAllBytes();
    }

    private Manifest admit(ArchiveReader archive, ManifestFile file) throws IOException {
        ManifestReading reading = file.reading();
        if (reading instanceof ManifestReading.UnknownFormat unknown) {
            throw archive.refused("its manifest has format " + unknown.format() + ", which this version does not know");
        }
        if (reading instanceof ManifestReading.Changed changed) {
            throw new DamagedException("the manifest in the archive is damaged: " + changed.reason());
        }
        if (reading instanceof ManifestReading.Unsigned unsigned && !acceptUntrusted) {
            throw archive.refused(unsigned.reason() + "; if you know where it comes from, import it on the command line"
                    + " with --trust: it will be listed as unsigned");
        }
        Manifest manifest = reading.manifestOrNull();
        if (manifest == null || !manifest.status().exists()) {
            throw archive.refused("there is no backup in it, only the record of one that failed");
        }
        return manifest;
    }

    /** Whether the same backup is here; an id that something else has is refused. */
    private boolean isHere(ManifestFile file) throws IOException {
        String id = file.place().id();
        Optional<ManifestFile> there = repository.catalog().file(id);
        if (there.isPresent() && there.get().isSameAs(file)) {
            return true;
        }
        if (there.isPresent() && !repository.catalog().isLostImport(there.get())) {
            throw taken(id, store.location(there.get().key()) + " has it");
        }
        for (String artifact : Layout.artifacts(file.place().type(), id)) {
            if (store.head(artifact).isPresent()) {
                throw taken(id, store.location(artifact) + " is in the way, and belongs to no backup; move it away");
            }
        }
        return false;
    }

    private static BackupException.Refused taken(String id, String reason) {
        return new BackupException.Refused("the id " + id + " is taken by something else", List.of(reason));
    }

    private void storeAll(ArchiveReader archive, Manifest manifest) throws IOException {
        for (Artifact artifact : manifest.artifacts()) {
            InputStream proven = new ProvenInputStream(
                    archive.next(artifact.key()).content(),
                    artifact.key() + " in the archive",
                    artifact.bytes(),
                    artifact.sha256());
            if (!create(artifact.key(), proven)) {
                throw taken(manifest.id(), store.location(artifact.key()) + " is in the way");
            }
            progress(manifest, artifact.bytes(), true);
        }
        Artifact refs = manifest.artifact(Artifact.REFS).orElse(null);
        if (refs != null) {
            DistinctBlobs blobs = DistinctBlobs.of(store, refs);
            requireUsable(archive, blobs);
            blobs.forEach(blob -> progress(
                    manifest,
                    blob.storedBytes(),
                    store(blob, archive.next(blob.key()).content())));
        }
    }

    /** Blob names are shared by all backups: none may stand for another content, or be one that a late delete could hit. */
    private void requireUsable(ArchiveReader archive, DistinctBlobs blobs) throws IOException {
        Predicate<String> trashed = repository.sweep().trashed();
        blobs.forEach(blob -> {
            if (!ObjectKeys.isValid(blob.key()) || !Layout.isBlobOf(blob.key(), blob.storedSha256())) {
                throw archive.refused("its list of blobs names a file that is not called by its content's hash");
            }
            if (trashed.test(blob.key())) {
                throw archive.refused("this repository has listed " + blob.key() + " for deletion, and such a name is"
                        + " not used until two more cleanups, each a day after the one before, have removed the list;"
                        + " until then unpack the archive and restore with BACKUP_DIR set to its folder");
            }
        });
    }

    /** Stores a blob if it is not here; whether it was not. Either way both are read to their end and proved. */
    private boolean store(BlobRef blob, InputStream content) throws IOException {
        InputStream proven =
                new ProvenInputStream(content, blob.key() + " in the archive", blob.storedBytes(), blob.storedSha256());
        if (store.head(blob.key()).isEmpty() && create(blob.key(), proven)) {
            return true;
        }
        drain(proven);
        try (InputStream here = blob.open(store)) {
            drain(here);
        }
        return false;
    }

    private boolean create(String key, InputStream proven) throws IOException {
        return store.putIfAbsent(key, ObjectAttributes.NONE, proven::transferTo).isPresent();
    }

    private void progress(Manifest manifest, long bytes, boolean isNew) throws IOException {
        operation.proceed();
        done += bytes;
        added += isNew ? bytes : 0;
        operation.update("importing", done, manifest.size(), "");
    }

    private static void drain(InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }
}
