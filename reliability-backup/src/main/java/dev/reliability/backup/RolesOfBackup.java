package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.postgresql.SavedRoles;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The roles that a full backup saved. */
final class RolesOfBackup {
    private final Parts parts;
    private final Repository repository;

    RolesOfBackup(Parts parts, Repository repository) {
        this.parts = parts;
        this.repository = repository;
    }

    /** Makes those that the server lacks; their names. */
    List<String> create(String id, SavedRoles roles) throws IOException {
        Manifest manifest = new RestoreAdmission(parts, repository).requireTrusted(id);
        Artifact globals = manifest.artifact(Artifact.GLOBALS)
                .orElseThrow(() -> new BackupException.Refused(
                        "there are no roles in backup " + id,
                        List.of("it is a " + manifest.type().wireName() + " backup, and full ones have them")));
        Artifacts.prove(repository.store(), globals);
        try (InputStream saved =
                Artifacts.open(repository.store(), globals, parts.encryption().identities())) {
            return roles.create(saved);
        }
    }
}
