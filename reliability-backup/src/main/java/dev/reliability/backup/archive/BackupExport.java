package dev.reliability.backup.archive;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.objects.DistinctBlobs;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.ManifestFile;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a backup as one tar, whose folder is a repository by itself. It only reads the repository, and needs no lease.
 * Memory does not grow with the size of the backup.
 */
public final class BackupExport {
    private final Repository repository;
    private final ObjectStore store;

    /** @param repository where the backup is */
    public BackupExport(Repository repository) {
        this.repository = repository;
        this.store = repository.store();
    }

    /**
     * Writes a file that is there whole or not at all.
     *
     * @throws BackupException.NotFound there is no such backup, or it was deleted meanwhile
     * @throws BackupException.Refused something has this name, or there is nothing to export in the backup
     * @throws DamagedException a byte of the backup is not as it was written
     */
    public void toFile(String id, Path file) throws IOException {
        ManifestFile manifest = find(id);
        ArchiveFile.create(file, out -> write(manifest, out));
    }

    /**
     * Writes to a stream, which is left open. If this throws, what was written is no archive: it does not end as one.
     *
     * @throws BackupException.NotFound there is no such backup, or it was deleted meanwhile
     * @throws BackupException.Refused there is nothing to export in the backup
     * @throws DamagedException a byte of the backup is not as it was written
     */
    public void toStream(String id, OutputStream out) throws IOException {
        write(find(id), out);
    }

    private ManifestFile find(String id) throws IOException {
        ManifestFile file = repository
                .catalog()
                .file(id)
                .orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
        if (file.reading() instanceof ManifestReading.UnknownFormat unknown) {
            throw refused(id, "its manifest has format " + unknown.format() + ", which this version does not know");
        }
        if (file.reading() instanceof ManifestReading.Changed changed) {
            throw new DamagedException("the manifest of backup " + id + " is damaged: " + changed.reason());
        }
        Manifest manifest = manifestOf(file);
        if (!manifest.status().exists()) {
            throw refused(id, "it is " + manifest.status().wireName() + ": " + manifest.message());
        }
        return file;
    }

    private static Manifest manifestOf(ManifestFile file) {
        Manifest manifest = file.reading().manifestOrNull();
        if (manifest == null) {
            throw new IllegalStateException("only a manifest that can be read is exported");
        }
        return manifest;
    }

    private static BackupException.Refused refused(String id, String reason) {
        return new BackupException.Refused("backup " + id + " is not exported", List.of(reason));
    }

    private void write(ManifestFile file, OutputStream out) throws IOException {
        try {
            writeAll(file, manifestOf(file), out);
        } catch (DamagedException missing) {
            if (repository.catalog().file(file.place().id()).isEmpty()) {
                throw new BackupException.NotFound(
                        "backup " + file.place().id() + " was deleted while it was exported");
            }
            throw missing;
        }
    }

    /** What names others comes before them: who reads the archive knows of each entry what it must be. */
    private void writeAll(ManifestFile file, Manifest manifest, OutputStream out) throws IOException {
        ArchiveWriter archive = new ArchiveWriter(out, ArchiveNames.top(manifest.id()), manifest.finishedAt());
        archive.write(ArchiveNames.README, ArchiveReadme.of(manifest).getBytes(StandardCharsets.UTF_8));
        archive.write(Layout.FORMAT, Repository.formatDocument());
        archive.write(file.key(), file.bytes());
        for (Artifact artifact : manifest.artifacts()) {
            try (InputStream in = Artifacts.openStored(store, artifact)) {
                archive.write(artifact.key(), artifact.bytes(), in);
            }
        }
        Artifact refs = manifest.artifact(Artifact.REFS).orElse(null);
        if (refs != null) {
            DistinctBlobs.of(store, refs).forEach(blob -> write(archive, blob));
        }
        archive.finish();
    }

    private void write(ArchiveWriter archive, BlobRef blob) throws IOException {
        try (InputStream in = blob.open(store)) {
            archive.write(blob.key(), blob.storedBytes(), in);
        }
    }
}
