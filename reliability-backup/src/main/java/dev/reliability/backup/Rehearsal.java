package dev.reliability.backup;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.objects.IndexedObjects;
import dev.reliability.backup.postgresql.DumpSource;
import dev.reliability.backup.postgresql.TestRestore;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The test restore of one backup whose stored bytes are whole: what only shows when it is read as a restore reads it. */
final class Rehearsal {
    private final Parts parts;
    private final Repository repository;
    private final RunningOperation operation;
    private boolean anyDatabase;
    private long rows;
    private int tables;
    private String remark = "";

    Rehearsal(Parts parts, Repository repository, RunningOperation operation) {
        this.parts = parts;
        this.repository = repository;
        this.operation = operation;
    }

    /**
     * Does it.
     *
     * @return what is wrong with the backup; empty if it restores to what was backed up
     * @throws BackupException.Unavailable or NoSpace: it can not be found out here and now
     */
    Optional<Finding> run(ManifestReading.Intact backup) throws IOException {
        Manifest manifest = backup.manifest();
        Artifact index = manifest.artifact(Artifact.OBJECTS).orElse(null);
        // A content that is not encrypted is stored as it is, and was compared already.
        Optional<Finding> objects = index != null && index.isEncrypted() ? objects(manifest, index) : Optional.empty();
        DatabaseFacts facts = manifest.database();
        return objects.isPresent() || facts == null ? objects : database(backup, facts);
    }

    /** What was restored, as a part of a sentence; empty if no database was. */
    String told() {
        return !anyDatabase
                ? ""
                : "; restored into a PostgreSQL of its own" + (remark.isEmpty() ? "" : " (" + remark + ")") + ", where "
                        + rows + " rows in " + tables + " tables are what was backed up";
    }

    private Optional<Finding> objects(Manifest manifest, Artifact index) throws IOException {
        long total = manifest.objects() == null ? 0 : manifest.objects().bytes();
        try {
            new IndexedObjects(repository.store(), index, identities()).prove(progress("verifying", total));
            return Optional.empty();
        } catch (DamagedException e) {
            return Optional.of(unrestorable(index, String.valueOf(e.getMessage())));
        }
    }

    private Optional<Finding> database(ManifestReading.Intact backup, DatabaseFacts facts) throws IOException {
        Manifest manifest = backup.manifest();
        Artifact dump = manifest.artifact(Artifact.DUMP).orElseThrow();
        DumpSource globals =
                manifest.artifact(Artifact.GLOBALS).map(this::plain).orElse(null);
        try {
            TestRestore.Outcome restored = parts.testRestore()
                    .run(new TestRestore.Request(
                            operation.id(),
                            facts,
                            backup.signed(),
                            globals,
                            plain(dump),
                            dump.plainBytes(),
                            progress("loading", dump.plainBytes())));
            anyDatabase = true;
            rows += restored.rows();
            tables += restored.tables();
            remark = restored.remark();
            return Optional.empty();
        } catch (BackupException.Refused notTaken) {
            return Optional.of(
                    unrestorable(dump, notTaken.getMessage() + ": " + String.join("; ", notTaken.reasons())));
        } catch (BackupException.Damaged | DamagedException different) {
            return Optional.of(unrestorable(dump, String.valueOf(different.getMessage())));
        }
    }

    private DumpSource plain(Artifact artifact) {
        return () -> Artifacts.open(repository.store(), artifact, identities());
    }

    private @Nullable Identities identities() {
        return parts.encryption().identities();
    }

    private static Finding unrestorable(Artifact artifact, String words) {
        return new Finding(Finding.Kind.UNRESTORABLE, artifact.key(), words);
    }

    private LongConsumer progress(String phase, long total) {
        return bytes -> {
            operation.proceed();
            operation.update(phase, bytes, total, "");
        };
    }
}
