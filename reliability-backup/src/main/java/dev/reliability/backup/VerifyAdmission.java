package dev.reliability.backup;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.VerifyLevel;
import java.io.IOException;
import java.util.List;

/** What can be known of a verification before it begins: whether there is something to verify. Damage is for later. */
final class VerifyAdmission {
    private final Parts parts;
    private final Repository repository;

    VerifyAdmission(Parts parts, Repository repository) {
        this.parts = parts;
        this.repository = repository;
    }

    /**
     * A backup to verify.
     *
     * @param bytes what it takes to restore it; 0 if its manifest can not be read
     */
    record Admitted(Place place, long bytes) {}

    Admitted admit(String id, VerifyLevel level) throws IOException {
        Place place = repository.catalog().place(id).orElse(null);
        ManifestReading reading =
                place == null ? null : repository.catalog().manifest(place).orElse(null);
        if (place == null || reading == null) {
            throw missing(id);
        }
        if (reading instanceof ManifestReading.UnknownFormat unknown) {
            throw new BackupException.Refused(
                    "backup " + id + " was written by another version",
                    List.of("its manifest has the format " + unknown.format()
                            + ", which is not known here; verify it with the version that wrote it"));
        }
        Manifest manifest = reading.manifestOrNull();
        if (manifest != null && !manifest.status().exists()) {
            throw nothing(id, manifest.status().wireName());
        }
        if (level == VerifyLevel.TEST_RESTORE) {
            requireRestorable(id, reading);
        }
        return new Admitted(place, manifest == null ? 0 : manifest.size());
    }

    /** Of a damaged manifest the verification itself will tell. */
    private void requireRestorable(String id, ManifestReading reading) throws IOException {
        if (reading instanceof ManifestReading.Unsigned unsigned) {
            throw new BackupException.Refused(
                    "backup " + id + " is not restored, not even for a test: " + unsigned.reason(),
                    List.of("nobody knows who wrote it, and its SQL would run on this machine; level "
                            + VerifyLevel.STORED_BYTES.number() + " verifies its stored bytes alone"));
        }
        if (reading instanceof ManifestReading.Intact intact) {
            Manifest manifest = intact.manifest();
            requireOpens(manifest);
            if (manifest.database() != null) {
                parts.testRestore().preflight(manifest.database());
            }
        }
    }

    private void requireOpens(Manifest manifest) throws IOException {
        try {
            new RestoreAdmission(parts, repository).requireOpens(manifest);
        } catch (DamagedException namedByTheVerification) {
            return;
        }
    }

    private BackupException missing(String id) throws IOException {
        Backup known = repository.catalog().find(id).orElse(null);
        return known == null
                ? new BackupException.NotFound("there is no backup '" + id + "'")
                : nothing(id, known.status().wireName());
    }

    private static BackupException nothing(String id, String status) {
        return new BackupException.Refused("there is nothing to verify in backup " + id, List.of("it is " + status));
    }
}
