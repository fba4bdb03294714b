package dev.reliability.backup;

import dev.reliability.backup.encryption.WrongIdentityException;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Refs;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Decompression;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that can be known of a restore before it begins: whose the backup is, whether it is all there. */
final class RestoreAdmission {
    private final Parts parts;
    private final Repository repository;

    RestoreAdmission(Parts parts, Repository repository) {
        this.parts = parts;
        this.repository = repository;
    }

    /** @param trusted whether it is ours, by signature or because the repository as a whole is */
    record Admitted(Manifest manifest, boolean trusted) {}

    Admitted admit(String id, RestoreOptions options) throws IOException {
        Admitted admitted = read(id, options);
        Manifest manifest = admitted.manifest();
        parts.require(manifest.type());
        requireAccepted(manifest, options);
        requirePresent(manifest);
        requireOpens(manifest);
        if (manifest.type().hasDatabase()) {
            parts.requireDatabase().restore().preflight();
        }
        return admitted;
    }

    private Admitted read(String id, RestoreOptions options) throws IOException {
        ManifestReading reading = repository.catalog().manifest(id).orElse(null);
        if (reading == null) {
            throw missing(id);
        }
        if (reading instanceof ManifestReading.Intact intact) {
            return new Admitted(intact.manifest(), true);
        }
        if (reading instanceof ManifestReading.Unsigned unsigned) {
            if (!options.accept().contains(Risk.UNTRUSTED)) {
                throw untrusted("backup " + id + ": " + unsigned.reason());
            }
            return new Admitted(unsigned.manifest(), false);
        }
        if (reading instanceof ManifestReading.UnknownFormat unknown) {
            throw new BackupException.Refused(
                    "backup " + id + " was written by another version",
                    List.of("its manifest has the format " + unknown.format() + ", which is not known here"));
        }
        throw new BackupException.Damaged(
                "the manifest of backup " + id + " is damaged: " + ((ManifestReading.Changed) reading).reason(), null);
    }

    private BackupException missing(String id) throws IOException {
        Backup known = repository.catalog().find(id).orElse(null);
        if (known == null) {
            return new BackupException.NotFound("there is no backup '" + id + "'");
        }
        return new BackupException.Refused(
                "there is nothing to restore in backup " + id,
                List.of("it is " + known.status().wireName()));
    }

    static void requireTrustInForeign(Path file, RestoreOptions options) {
        if (!options.accept().contains(Risk.UNTRUSTED)) {
            throw untrusted(file + " is not a backup of this repository");
        }
    }

    private static BackupException untrusted(String what) {
        return new BackupException.Refused(
                what,
                List.of(
                        "nobody knows who wrote it, and its SQL would run with all rights of the database role: it could"
                                + " drop or change any database that the role may; if you know where it comes from, restore it"
                                + " on the command line with --trust"));
    }

    private static void requireAccepted(Manifest manifest, RestoreOptions options) {
        List<String> reasons = new ArrayList<>();
        if (!manifest.status().exists()) {
            reasons.add("it is " + manifest.status().wireName() + ": " + manifest.message());
        } else if (manifest.status() == BackupStatus.INCOMPLETE
                && !options.accept().contains(Risk.INCOMPLETE)) {
            reasons.add(manifest.message() + "; accept="
                    + Risk.INCOMPLETE.name().toLowerCase(Locale.ROOT) + " restores what there is");
        }
        if (!reasons.isEmpty()) {
            throw new BackupException.Refused("backup " + manifest.id() + " is not whole", reasons);
        }
    }

    /** That its files can be read here: their compression is known, and an identity opens them if they are encrypted. */
    void requireOpens(Manifest manifest) throws IOException {
        requireReadable(manifest);
        requireIdentity(manifest);
    }

    private static void requireReadable(Manifest manifest) {
        List<String> obstacles = manifest.artifacts().stream()
                .flatMap(artifact -> Decompression.obstacle(artifact.compression()).stream())
                .distinct()
                .toList();
        if (!obstacles.isEmpty()) {
            throw unreadable(manifest, obstacles);
        }
    }

    /** Opens the first file that is encrypted: its recipients stand at its beginning. */
    private void requireIdentity(Manifest manifest) throws IOException {
        Artifact encrypted = manifest.artifacts().stream()
                .filter(Artifact::isEncrypted)
                .findFirst()
                .orElse(null);
        if (encrypted == null) {
            return;
        }
        try (InputStream opened =
                Artifacts.open(repository.store(), encrypted, parts.encryption().identities())) {
            int unused = opened.read();
        } catch (WrongIdentityException notOurs) {
            throw unreadable(manifest, List.of(String.valueOf(notOurs.getMessage())));
        }
    }

    private static BackupException unreadable(Manifest manifest, List<String> reasons) {
        return new BackupException.Refused("backup " + manifest.id() + " can not be read here", reasons);
    }

    private void requirePresent(Manifest manifest) throws IOException {
        ObjectStore store = repository.store();
        for (Artifact artifact : manifest.artifacts()) {
            Artifacts.requirePresent(store, artifact);
        }
        Artifact refs = manifest.artifact(Artifact.REFS).orElse(null);
        if (refs != null) {
            Refs.read(store, refs, ref -> requireBlob(store, ref));
        }
    }

    private static void requireBlob(ObjectStore store, BlobRef ref) throws IOException {
        String location = store.location(ref.key());
        ObjectInfo blob = store.head(ref.key()).orElseThrow(() -> new DamagedException(location + " is missing"));
        if (blob.size() != ref.storedBytes()) {
            throw new DamagedException(
                    location + " has " + blob.size() + " bytes, " + ref.storedBytes() + " were stored");
        }
    }
}
