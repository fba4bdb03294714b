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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that can be known of a restore before it begins: whose the backup is, whether it is all there. */
final class RestoreAdmission {
    private final Parts parts;
    private final Repository repository;

    RestoreAdmission(Parts parts, Repository repository) {
        this.parts = parts;
        this.repository = repository;
    }

    /** @param distrust why it is not known to be ours; null if it is, by signature or as the repository as a whole is */
    record Admitted(Manifest manifest, @Nullable String distrust) {
        boolean trusted() {
            return distrust == null;
        }
    }

    Admitted admit(String id, RestoreOptions options) throws IOException {
        Admitted admitted = read(id);
        Manifest manifest = admitted.manifest();
        requireNone(refusals(admitted, options));
        requirePresent(manifest);
        requireNone(identityRefusal(manifest).stream().toList());
        if (manifest.type().hasDatabase()) {
            parts.requireDatabase().restore().preflight();
        }
        return admitted;
    }

    /** One that is known to be ours and can be read here. */
    Manifest requireTrusted(String id) throws IOException {
        Admitted admitted = read(id);
        if (admitted.distrust() != null) {
            throw untrusted("backup " + id + ": " + admitted.distrust());
        }
        requireOpens(admitted.manifest());
        return admitted.manifest();
    }

    /** What there is to restore, trusted or not; else thrown is why there is nothing. */
    Admitted read(String id) throws IOException {
        ManifestReading reading = repository.catalog().manifest(id).orElse(null);
        if (reading == null) {
            throw missing(id);
        }
        if (reading instanceof ManifestReading.Intact intact) {
            return new Admitted(intact.manifest(), null);
        }
        if (reading instanceof ManifestReading.Unsigned unsigned) {
            return new Admitted(unsigned.manifest(), unsigned.reason());
        }
        if (reading instanceof ManifestReading.UnknownFormat unknown) {
            throw new BackupException.Refused(
                    "backup " + id + " was written by another version",
                    List.of("its manifest has the format " + unknown.format() + ", which is not known here"));
        }
        throw new BackupException.Damaged(
                "the manifest of backup " + id + " is damaged: " + ((ManifestReading.Changed) reading).reason(), null);
    }

    /** All that a manifest alone tells against it, in the order in which it is told. */
    List<BackupException.Refused> refusals(Admitted admitted, RestoreOptions options) {
        Manifest manifest = admitted.manifest();
        List<BackupException.Refused> refusals = new ArrayList<>();
        if (admitted.distrust() != null && !options.accept().contains(Risk.UNTRUSTED)) {
            refusals.add(untrusted("backup " + manifest.id() + ": " + admitted.distrust()));
        }
        parts.lackOf(manifest.type()).ifPresent(refusals::add);
        unaccepted(manifest, options).ifPresent(refusals::add);
        unreadable(manifest).ifPresent(refusals::add);
        return refusals;
    }

    private static void requireNone(List<BackupException.Refused> refusals) {
        if (!refusals.isEmpty()) {
            throw refusals.get(0);
        }
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
        requireNone(distrustOfForeign(file, options).stream().toList());
    }

    static Optional<BackupException.Refused> distrustOfForeign(Path file, RestoreOptions options) {
        return options.accept().contains(Risk.UNTRUSTED)
                ? Optional.empty()
                : Optional.of(untrusted(file + " is not a backup of this repository"));
    }

    private static BackupException.Refused untrusted(String what) {
        return new BackupException.Refused(
                what,
                List.of(
                        "nobody knows who wrote it, and its SQL would run with all rights of the database role: it could"
                                + " drop or change any database that the role may; if you know where it comes from, restore it"
                                + " on the command line with --trust"));
    }

    private static Optional<BackupException.Refused> unaccepted(Manifest manifest, RestoreOptions options) {
        String reason;
        if (!manifest.status().exists()) {
            reason = "it is " + manifest.status().wireName() + ": " + manifest.message();
        } else if (manifest.status() == BackupStatus.INCOMPLETE
                && !options.accept().contains(Risk.INCOMPLETE)) {
            reason = manifest.message() + "; accept=" + Risk.INCOMPLETE.wireName() + " restores what there is";
        } else {
            return Optional.empty();
        }
        return Optional.of(new BackupException.Refused("backup " + manifest.id() + " is not whole", List.of(reason)));
    }

    /** That its files can be read here: their compression is known, and an identity opens them if they are encrypted. */
    void requireOpens(Manifest manifest) throws IOException {
        requireNone(unreadable(manifest).stream().toList());
        requireNone(identityRefusal(manifest).stream().toList());
    }

    private static Optional<BackupException.Refused> unreadable(Manifest manifest) {
        List<String> obstacles = manifest.artifacts().stream()
                .flatMap(artifact -> Decompression.obstacle(artifact.compression()).stream())
                .distinct()
                .toList();
        return obstacles.isEmpty() ? Optional.empty() : Optional.of(unreadable(manifest, obstacles));
    }

    /** Opens the first file that is encrypted: its recipients stand at its beginning. */
    Optional<BackupException.Refused> identityRefusal(Manifest manifest) throws IOException {
        Artifact encrypted = manifest.artifacts().stream()
                .filter(Artifact::isEncrypted)
                .findFirst()
                .orElse(null);
        if (encrypted == null) {
            return Optional.empty();
        }
        try (InputStream opened =
                Artifacts.open(repository.store(), encrypted, parts.encryption().identities())) {
            int unused = opened.read();
            return Optional.empty();
        } catch (WrongIdentityException notOurs) {
            return Optional.of(unreadable(manifest, List.of(String.valueOf(notOurs.getMessage()))));
        }
    }

    private static BackupException.Refused unreadable(Manifest manifest, List<String> reasons) {
        return new BackupException.Refused("backup " + manifest.id() + " can not be read here", reasons);
    }

    private void requirePresent(Manifest manifest) throws IOException {
        requireOwnFiles(manifest);
        Artifact refs = manifest.artifact(Artifact.REFS).orElse(null);
        if (refs != null) {
            // What it names is looked for only if it is as it was written: else what never was would be called missing.
            Artifacts.prove(repository.store(), refs);
            Refs.read(repository.store(), refs, ref -> requireBlob(repository.store(), ref));
        }
    }

    /** The files that belong to it alone; the contents that it shares may be any number. */
    void requireOwnFiles(Manifest manifest) throws IOException {
        for (Artifact artifact : manifest.artifacts()) {
            Artifacts.requirePresent(repository.store(), artifact);
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
