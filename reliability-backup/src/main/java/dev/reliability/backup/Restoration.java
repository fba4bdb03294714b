package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.postgresql.RestoreRequest;
import dev.reliability.backup.repository.Journal;
import dev.reliability.backup.repository.Journals;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Restores one backup. Everything is read and proved first; then missing objects are written, then the database is
 * replaced, then objects that differ. The journal says how far it came, and {@link Settlement} ends what a crash left.
 */
final class Restoration {
    /** Everything is proved, and something is about to change. Its facts are all that a successor needs. */
    static final String BEGUN = "begun";

    static final String BACKUP = "backup";
    static final String MIRROR = "mirror";

    /** Of the lease: tells which of two restores came later, whatever the clocks said. */
    static final String EPOCH = "epoch";

    private final Parts parts;
    private final Manifest manifest;
    private final boolean trusted;
    private final RestoreOptions options;
    private final RestoreOptions.Mode mode;
    private final Repository repository;
    private final RunningOperation operation;

    Restoration(
            Parts parts,
            Manifest manifest,
            boolean trusted,
            RestoreOptions options,
            RestoreOptions.Mode mode,
            Repository repository,
            RunningOperation operation) {
        this.parts = parts;
        this.manifest = manifest;
        this.trusted = trusted;
        this.options = options;
        this.mode = mode;
        this.repository = repository;
        this.operation = operation;
    }

    OperationRunner.Result run() throws IOException {
        repository.store().removeAbandoned();
        operation.backup(manifest.id(), manifest.type());
        return manifest.type().hasStorage()
                ? withObjects(new ObjectPhases(parts, index(manifest), repository, operation.lease(), operation.id()))
                : databaseAlone();
    }

    /** The objects of a backup that has some. */
    static Artifact index(Manifest manifest) {
        return manifest.artifact(Artifact.OBJECTS)
                .orElseThrow(() -> new IllegalStateException("a manifest with objects names their index"));
    }

    private OperationRunner.Result databaseAlone() throws IOException {
        proveArtifacts(repository.store());
        Journal journal = begin();
        String told = restoreDatabase(journal);
        journal.close();
        return OperationRunner.Result.completed("backup " + manifest.id() + " is restored; " + told);
    }

    private OperationRunner.Result withObjects(ObjectPhases objects) throws IOException {
        long artifactBytes = proveArtifacts(repository.store());
        objects.prove(progress("verifying", artifactBytes, manifest.size()));
        parts.requireObjects().removeAbandoned();
        long bytes = manifest.objects() == null ? 0 : manifest.objects().bytes();
        objects.requireRoom(bytes, () -> {
            operation.proceed();
            return true;
        });
        if (!manifest.type().hasDatabase()) {
            // Nothing else decides which objects are the right ones: what is begun here is finished.
            operation.commit();
        }
        Journal journal = begin();
        long written = objects.writeMissing(progress("restoring_objects", 0, bytes));
        String told = manifest.type().hasDatabase() ? restoreDatabase(journal) + "; " : "";
        long replaced = replaceDiffering(objects, journal, told);
        journal.close();
        return OperationRunner.Result.completed("backup " + manifest.id() + " is restored; " + told + written
                + (written == 1 ? " missing object" : " missing objects") + " written, " + replaced
                + (options.mirror() ? " replaced or deleted" : " replaced"));
    }

    /** A content that decayed since it was proved ends it behind the switch: then the database's side is told as well. */
    private long replaceDiffering(ObjectPhases objects, Journal journal, String told) throws IOException {
        try {
            return objects.replaceDiffering(options.mirror(), journal, progress("replacing_objects", 0, 0));
        } catch (DamagedException decayed) {
            if (told.isEmpty()) {
                throw decayed;
            }
            throw new DamagedException(
                    told + "not all of its objects are: " + decayed.getMessage()
                            + (mode == RestoreOptions.Mode.SWITCH ? "; undo " + operation.id() + " takes it back" : ""),
                    decayed);
        }
    }

    private long proveArtifacts(ObjectStore store) throws IOException {
        long proved = 0;
        for (Artifact artifact : manifest.artifacts()) {
            operation.proceed();
            operation.update("verifying", proved, manifest.size(), "");
            Artifacts.prove(store, artifact);
            proved += artifact.bytes();
        }
        return proved;
    }

    private Journal begin() throws IOException {
        Journal journal = repository.journals().open(operation.lease(), operation.id());
        journal.append(
                BEGUN,
                Map.of(
                        BACKUP,
                        manifest.id(),
                        MIRROR,
                        Boolean.toString(options.mirror()),
                        EPOCH,
                        Long.toString(operation.lease().epoch())));
        return journal;
    }

    /** When a restore or an undo began, among the others. */
    static long epoch(Journals.Entry journal) {
        return Long.parseLong(journal.facts().getOrDefault(BEGUN, Map.of()).getOrDefault(EPOCH, "0"));
    }

    private String restoreDatabase(Journal journal) throws IOException {
        Artifact dump = manifest.artifact(Artifact.DUMP)
                .orElseThrow(() -> new IllegalStateException("a manifest with a database names its dump"));
        RestoreRequest request = new RestoreRequest(
                operation.id(),
                () -> Artifacts.open(
                        repository.store(), dump, parts.encryption().identities()),
                manifest.database(),
                dump.plainBytes(),
                trusted,
                options.readOnly(),
                options.accept().contains(RestoreOptions.Risk.SETTINGS),
                progress("loading", 0, dump.plainBytes()));
        return DatabaseRestore.run(parts.requireDatabase(), mode, request, journal, operation);
    }

    private LongConsumer progress(String phase, long before, long total) {
        return bytes -> {
            operation.proceed();
            operation.update(phase, before + bytes, total, "");
        };
    }
}
