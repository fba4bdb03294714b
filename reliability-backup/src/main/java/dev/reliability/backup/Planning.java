package dev.reliability.backup;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ObjectsFacts;
import dev.reliability.backup.objects.IndexedObjects;
import dev.reliability.backup.objects.ObjectSurvey;
import dev.reliability.backup.postgresql.DumpNames;
import dev.reliability.backup.postgresql.PostgreSQLRestore;
import dev.reliability.backup.postgresql.RestoreOutlook;
import dev.reliability.backup.repository.Repository;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.backup.RestorePlan.Estimate;
import dev.reliability.core.backup.RestorePlan.Space;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a restore would do, by the same checks as the restore itself, and goes on after the first that would
 * refuse it. Without a lease and without a write, so beside anything that runs. For one plan.
 */
final class Planning {
    /** A plan is worth a few seconds. Beyond that the counts of the manifest have to do. */
    private static final Duration FOR_OBJECTS = Duration.ofSeconds(3);

    private final Parts parts;
    private final Repository repository;
    private final RestoreOptions options;
    private final Mode mode;
    private final TimeSource time;
    private final List<String> obstacles = new ArrayList<>();
    private final Set<Risk> accept = EnumSet.noneOf(Risk.class);

    /** @param mode what {@code options} come to here */
    Planning(Parts parts, Repository repository, RestoreOptions options, Mode mode, TimeSource time) {
        this.parts = parts;
        this.repository = repository;
        this.options = options;
        this.mode = mode;
        this.time = time;
    }

    RestorePlan backup(String id) throws IOException {
        RestoreAdmission admission = new RestoreAdmission(parts, repository);
        RestoreAdmission.Admitted admitted = admission.read(id);
        Manifest manifest = admitted.manifest();
        admission.refusals(admitted, options).forEach(this::refuse);
        admission.requireOwnFiles(manifest);
        Optional<BackupException.Refused> closed = admission.identityRefusal(manifest);
        closed.ifPresent(this::refuse);
        if (!admitted.trusted()) {
            accept.add(Risk.UNTRUSTED);
        }
        if (manifest.status() == BackupStatus.INCOMPLETE) {
            accept.add(Risk.INCOMPLETE);
        }
        RestorePlan.Database database = manifest.type().hasDatabase()
                ? database(restore -> restore.outlook(mode, manifest.database(), admitted.trusted()))
                : null;
        RestorePlan.Objects objects = manifest.type().hasStorage() ? objects(manifest, closed.isEmpty()) : null;
        return new RestorePlan(
                id,
                manifest.type(),
                manifest.createdAt(),
                database,
                objects,
                new RestoreRates(repository).estimate(manifest),
                obstacles,
                accept);
    }

    /** A backup of this repository by its path, or any dump. */
    RestorePlan file(Path file) throws IOException {
        Optional<String> id = new BackupPaths(repository).idOf(file);
        if (id.isPresent()) {
            return backup(id.get());
        }
        ForeignDump dump = new ForeignDump(file);
        try {
            dump.requireReadable();
        } catch (BackupException.Refused unreadable) {
            refuse(unreadable);
        }
        RestoreAdmission.distrustOfForeign(file, options).ifPresent(this::refuse);
        accept.add(Risk.UNTRUSTED);
        parts.lackOf(BackupType.DATABASE).ifPresent(this::refuse);
        DumpNames names = obstacles.isEmpty() ? names(dump) : DumpNames.NONE;
        return new RestorePlan(
                null,
                BackupType.DATABASE,
                null,
                database(restore -> restore.outlook(mode, names)),
                null,
                Estimate.unknown(),
                obstacles,
                accept);
    }

    /** Not of a file that may not be loaded anyway: a stranger's is handed to no program before somebody trusts it. */
    private DumpNames names(ForeignDump dump) throws IOException {
        try {
            return dump.survey(parts.requireDatabase().restore(), "reliability", bytes -> {})
                    .names();
        } catch (BackupException.Refused refused) {
            refuse(refused);
            return DumpNames.NONE;
        }
    }

    private RestorePlan.@Nullable Database database(Function<PostgreSQLRestore, RestoreOutlook> look) {
        Parts.Database database = parts.database();
        if (database == null) {
            return null;
        }
        RestoreOutlook outlook = look.apply(database.restore());
        obstacles.addAll(outlook.obstacles());
        if (!outlook.lostSettings().isEmpty()) {
            accept.add(Risk.SETTINGS);
        }
        if (!options.accept().contains(Risk.SETTINGS)) {
            for (String lost : outlook.lostSettings()) {
                obstacles.add(lost + "; accept=" + Risk.SETTINGS.wireName() + " leaves it out");
            }
        }
        return outlook.database();
    }

    private RestorePlan.@Nullable Objects objects(Manifest manifest, boolean readable) throws IOException {
        ObjectStore objects = parts.objects();
        Artifact index = manifest.artifact(Artifact.OBJECTS).orElse(null);
        if (objects == null || index == null) {
            return null;
        }
        Long free = free(objects);
        Long freeForBackups = free(repository.store());
        long start = time.nanoTime();
        Optional<ObjectSurvey> survey = readable
                ? ObjectSurvey.of(
                        objects,
                        new IndexedObjects(
                                repository.store(), index, parts.encryption().identities()),
                        () -> time.since(start).compareTo(FOR_OBJECTS) < 0)
                : Optional.empty();
        if (survey.isEmpty()) {
            ObjectsFacts facts = manifest.objects();
            long count = facts == null ? 0 : facts.count();
            long bytes = facts == null ? 0 : facts.bytes();
            return new RestorePlan.Objects(false, count, 0, 0, new Space(bytes, free), new Space(null, freeForBackups));
        }
        ObjectSurvey found = survey.get();
        ObjectRoom.lack(objects, found).ifPresent(obstacles::add);
        return new RestorePlan.Objects(
                true,
                found.missing(),
                found.differing(),
                options.mirror() ? found.surplus() : 0,
                new Space(found.missingBytes() + found.newBytes(), free),
                new Space(found.oldBytes() + (options.mirror() ? found.surplusBytes() : 0), freeForBackups));
    }

    private static @Nullable Long free(ObjectStore store) throws IOException {
        OptionalLong free = store.freeBytes();
        return free.isEmpty() ? null : free.getAsLong();
    }

    private void refuse(BackupException.Refused refused) {
        obstacles.add(Failures.sentence(refused));
    }
}
