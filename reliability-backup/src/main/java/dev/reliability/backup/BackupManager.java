package dev.reliability.backup;

import dev.reliability.backup.archive.BackupExport;
import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.postgresql.PostgreSQLBackup;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.PostgreSQLRestore;
import dev.reliability.backup.postgresql.RestoreRecovery;
import dev.reliability.backup.postgresql.SavedRoles;
import dev.reliability.backup.postgresql.TestRestore;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Keysets;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupService;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Backs up a PostgreSQL database and an object store into a repository, and restores them. Any number of processes may
 * share a repository: one operation runs at a time over all of them.
 *
 * <pre>{@code
 * BackupManager backups = BackupManager.builder(LocalObjectStore.open(Path.of("/app/backups")))
 *         .database(PostgreSQLConfig.builder().user("app").password(secret).database("app").build())
 *         .objects(documents, connection -> keysOfRows(connection))
 *         .signingKeys(List.of(signingKey))
 *         .build();
 * backups.recover();
 * OperationStatus running = backups.create(BackupType.FULL, new Caller("alice"));
 * OperationStatus ended = backups.await(running.id());
 * }</pre>
 *
 * <p>Nothing is opened before it is needed: it can be built while database and repository are out of reach. Safe for
 * use by any thread. {@link #close()} interrupts what runs.
 */
public final class BackupManager implements BackupService, AutoCloseable {
    private final BackupConfig config;
    private final TimeSource time;
    private final Parts parts;
    private final Encoding encoding;
    private final RepositoryOpening opening;
    private final OperationRunner runner;
    private final Upkeep upkeep;
    private final Watches watches;
    private final @Nullable OffsiteCopies offsite;

    BackupManager(BackupManagerBuilder builder) {
        this.config = builder.config;
        this.time = builder.time;
        PostgreSQLConfig database = builder.database;
        this.parts = new Parts(
                database == null
                        ? null
                        : new Parts.Database(
                                new PostgreSQLBackup(database, time, config.stallLimit()),
                                new PostgreSQLRestore(database, time, builder.hook),
                                new RestoreRecovery(database, time)),
                builder.objects,
                builder.references,
                new TestRestore(builder.testRestores, database == null ? null : database.pgBin()),
                builder.encryption());
        this.opening = new RepositoryOpening(builder.store, builder, parts);
        this.runner = new OperationRunner(opening, builder.listener);
        this.encoding = new Encoding(config.compression(), parts.encryption().writing());
        this.upkeep = new Upkeep(parts, encoding, config.undoPeriod(), runner);
        ObjectStore far = builder.offsite;
        this.offsite = far == null
                ? null
                : new OffsiteCopies(opening, new RepositoryOpening(far, builder, parts), far, runner);
        this.watches = new Watches(
                new Watches.Source() {
                    @Override
                    public Optional<OperationStatus> here(String operationId) {
                        return runner.running(operationId);
                    }

                    @Override
                    public Optional<OperationStatus> onRecord(String operationId) {
                        return operation(operationId);
                    }
                },
                time);
    }

    /**
     * A manager to configure.
     *
     * @param repository where the backups are
     */
    public static BackupManagerBuilder builder(ObjectStore repository) {
        return new BackupManagerBuilder(repository);
    }

    @Override
    public OperationStatus create(BackupType type, Caller by) {
        parts.require(type);
        return Failures.forCaller(() -> {
            new CreateAdmission(parts, repository()).admit(type);
            return runner.start(
                    OperationStatus.Kind.CREATE,
                    type,
                    null,
                    by,
                    (repository, operation) ->
                            creation(type, repository, operation).run());
        });
    }

    private Creation creation(BackupType type, Repository repository, RunningOperation operation) {
        return new Creation(
                parts, type, encoding, UnaryOperator.identity(), config.skipUnchanged(), repository, operation);
    }

    /**
     * Makes the scheduled backup of a fire time, waits for its end, and then cleans up: once, however many processes
     * ask for it. If a backup of another fire time is being made, that one stands for this one too; any other operation
     * is waited for. What would keep {@link #create} from beginning, such as a database that is down, is here the
     * operation's own failure: nobody waits for an answer, so it has to be on record.
     *
     * @param fireTime a whole minute
     * @return how the operation ended that stands for it; running if another process is making it; empty if another one
     *     has claimed it and not begun, or its record is gone already
     * @throws IllegalArgumentException if the fire time is not a whole minute
     * @throws BackupException.Refused if it has not come yet by the repository's clock
     * @throws BackupException.Unavailable the repository can not be used now, or the thread was interrupted; to be asked
     *     again
     */
    public Optional<OperationStatus> createScheduled(BackupType type, Instant fireTime, Caller by) {
        parts.require(type);
        FireTime due = new FireTime(fireTime);
        return Failures.forCaller(() -> new ScheduledBackup(repository(), due, () -> {
                    OperationStatus begun = runner.start(
                            OperationStatus.Kind.CREATE, type, null, by, fireTime, (repository, operation) -> {
                                new CreateAdmission(parts, repository).admit(type);
                                return creation(type, repository, operation).run();
                            });
                    OperationStatus ended = await(begun.id());
                    cleanUpAfterwards(by);
                    return ended;
                })
                .run());
    }

    /** Also after a failure: what failed for want of room would else fail for ever. */
    private void cleanUpAfterwards(Caller by) {
        try {
            List<String> unused = cleanup(by);
        } catch (BackupException leftToTheNext) {
            OperationLog.notCleanedUp(leftToTheNext);
        }
    }

    /** The type that holds all that is configured. */
    public BackupType wholeType() {
        if (parts.objects() == null) {
            return BackupType.DATABASE;
        }
        return parts.database() == null ? BackupType.STORAGE : BackupType.FULL;
    }

    @Override
    public OperationStatus restore(String id, RestoreOptions options, Caller by) {
        return Failures.forCaller(() -> {
            RestoreAdmission.Admitted admitted = new RestoreAdmission(parts, repository()).admit(id, options);
            Manifest manifest = admitted.manifest();
            return runner.start(OperationStatus.Kind.RESTORE, manifest.type(), id, by, (repository, operation) -> {
                upkeep.expire(repository, operation.lease());
                return new Restoration(
                                parts, manifest, admitted.trusted(), options, mode(options), repository, operation)
                        .run();
            });
        });
    }

    @Override
    public OperationStatus undo(String operationId, Caller by) {
        return Failures.forCaller(() -> Undo.start(parts, operationId, by, repository(), runner));
    }

    /**
     * Begins to restore a file: a backup of this repository, named by its path, or with {@link
     * RestoreOptions.Risk#UNTRUSTED} accepted any dump in plain SQL or in custom format, compressed or not. Such a file is
     * read twice.
     *
     * @throws BackupException.NotFound there is no such file
     * @throws BackupException.Refused it is not a backup of this repository, and that was not accepted
     */
    public OperationStatus restoreFile(Path file, RestoreOptions options, Caller by) {
        return Failures.forCaller(() -> {
            Optional<String> id = new BackupPaths(repository()).idOf(file);
            if (id.isPresent()) {
                return restore(id.get(), options, by);
            }
            ForeignDump dump = new ForeignDump(file);
            dump.requireReadable();
            RestoreAdmission.requireTrustInForeign(file, options);
            parts.require(BackupType.DATABASE);
            parts.requireDatabase().restore().preflight();
            return runner.start(OperationStatus.Kind.RESTORE, null, null, by, (repository, operation) -> {
                upkeep.expire(repository, operation.lease());
                return dump.restore(parts.requireDatabase(), options, mode(options), repository, operation);
            });
        });
    }

    @Override
    public RestorePlan plan(String id, RestoreOptions options) {
        return Failures.forCaller(() -> planning(options).backup(id));
    }

    /** Tells what {@link #restoreFile} would do, as {@link #plan} does. Of a file without a manifest less is known. */
    public RestorePlan planFile(Path file, RestoreOptions options) {
        return Failures.forCaller(() -> planning(options).file(file));
    }

    private Planning planning(RestoreOptions options) throws IOException {
        return new Planning(parts, repository(), options, mode(options), time);
    }

    @Override
    public OperationStatus verify(String id, VerifyLevel level, Caller by) {
        return verify(id, level, by, finding -> {});
    }

    /**
     * Begins to verify a backup, as {@link #verify(String, VerifyLevel, Caller)} does.
     *
     * @param each told of each finding on the operation's thread, before the operation ends; must not throw
     */
    public OperationStatus verify(String id, VerifyLevel level, Caller by, Consumer<Finding> each) {
        return Failures.forCaller(() -> {
            VerifyAdmission.Admitted admitted = new VerifyAdmission(parts, repository()).admit(id, level);
            Layout.Place place = admitted.place();
            return runner.start(
                    OperationStatus.Kind.VERIFY,
                    place.type(),
                    id,
                    by,
                    (repository, operation) -> new Verification(parts, repository, operation, level, each)
                            .backup(place, admitted.bytes()));
        });
    }

    /**
     * Begins to verify all backups, what they share, and what the repository knows of itself; ends as {@link
     * #verify(String, VerifyLevel, Caller)}. Shared contents are read once. A foreign file is named and does no harm.
     *
     * @param each told of each finding on the operation's thread, before the operation ends; must not throw
     * @throws BackupException.Busy another operation is running
     * @throws BackupException.Damaged not even the format of the repository can be read
     * @throws BackupException.Unavailable the repository can not be used now
     */
    public OperationStatus verifyRepository(VerifyLevel level, Caller by, Consumer<Finding> each) {
        return Failures.forCaller(() -> runner.start(
                OperationStatus.Kind.VERIFY,
                null,
                null,
                by,
                (repository, operation) -> new Verification(parts, repository, operation, level, each).repository()));
    }

    /**
     * Verifies what would be restored if all were lost now, each by a test restore, and waits for the ends: once for a
     * fire time, however many processes ask for it. These are the newest full backup, and the newest ones of the database
     * and the storage that were made after it. Any other operation is waited for. What would keep {@link #verify(String,
     * VerifyLevel, Caller)} from beginning, such as a missing identity, is here the operation's own failure.
     *
     * @param fireTime a whole minute
     * @return how each ended; none if another process has claimed it, or there is no backup
     * @throws IllegalArgumentException if the fire time is not a whole minute
     * @throws BackupException.Refused if it has not come yet by the repository's clock
     * @throws BackupException.Unavailable the repository can not be used now, or the thread was interrupted; to be asked
     *     again
     */
    public List<OperationStatus> verifyScheduled(Instant fireTime, Caller by) {
        FireTime due = new FireTime(fireTime);
        return Failures.forCaller(
                () -> new ScheduledVerification(repository(), due, backup -> verifyNewest(backup, by)).run());
    }

    private OperationStatus verifyNewest(Backup backup, Caller by) throws IOException {
        VerifyLevel level = VerifyLevel.TEST_RESTORE;
        return await(runner.start(
                        OperationStatus.Kind.VERIFY, backup.type(), backup.id(), by, (repository, operation) -> {
                            VerifyAdmission.Admitted admitted =
                                    new VerifyAdmission(parts, repository).admit(backup.id(), level);
                            return new Verification(parts, repository, operation, level, finding -> {})
                                    .backup(admitted.place(), admitted.bytes());
                        })
                .id());
    }

    /** Those that {@link #verifyScheduled} verifies, were it now. */
    public List<Backup> newestBackups() {
        return Failures.forCaller(() -> NewestBackups.of(repository()));
    }

    /**
     * Makes the roles that a full backup saved and the server lacks, without their passwords, which are not saved: before a
     * restore into a new server. Roles that are there stay as they are.
     *
     * @param as a role that may create them, such as a superuser
     * @param whenMade what is done with each that was made, such as giving it a password, in the same transaction
     * @return the names of those that were made
     * @throws BackupException.NotFound there is no such backup
     * @throws BackupException.Refused it is not known to be ours, its identity is missing, or it saved no roles, as only full
     *     backups do; or the role may not make them
     * @throws BackupException.Damaged what it saved is not as it was written
     */
    public List<String> createRoles(String id, PostgreSQLConfig as, SavedRoles.WhenMade whenMade) {
        return Failures.forCaller(
                () -> new RolesOfBackup(parts, repository()).create(id, new SavedRoles(as, whenMade)));
    }

    private RestoreOptions.Mode mode(RestoreOptions options) {
        return options.mode() == null ? config.restoreMode() : options.mode();
    }

    @Override
    public BackupPage list(BackupQuery query) {
        return Failures.forCaller(() -> repository().catalog().list(query));
    }

    @Override
    public Optional<Backup> find(String id) {
        return BackupId.isValid(id)
                ? Failures.forCaller(() -> repository().catalog().find(id))
                : Optional.empty();
    }

    /** The copies of backups in a second place; empty if none is configured. */
    public Optional<OffsiteCopies> offsite() {
        return Optional.ofNullable(offsite);
    }

    /** To whom backups here were ever encrypted, by when an identity of theirs was last proved to open them. */
    public List<Keysets.Known> keysets() {
        return Failures.forCaller(() -> repository().keysets().list());
    }

    /**
     * Tries which of {@link #keysets()} these identities open, each by its canary, and notes when one did. It changes nothing
     * else, and may run beside any operation.
     *
     * @throws BackupException.Damaged the document of a keyset can not be read
     */
    public List<Keysets.Check> checkKeys(Identities identities) {
        return Failures.forCaller(() -> repository().keysets().check(identities));
    }

    /**
     * Writes a backup into one tar file, from which tar, gunzip and psql restore it as well as {@link #importFrom}. Every
     * byte is proved while it is read. Needs commons-compress. It only reads the repository, so that it may run beside any
     * operation; it returns when the file is there, whole.
     *
     * @param file made new, in a folder that exists
     * @throws BackupException.NotFound there is no such backup, or it was deleted meanwhile
     * @throws BackupException.Refused the file is there already, or there is nothing to export in the backup
     * @throws BackupException.Damaged a byte is not as it was written; there is no file
     */
    public void exportTo(String id, Path file) {
        Failures.forCaller(() -> {
            new BackupExport(repository()).toFile(id, file);
            return file;
        });
    }

    /**
     * As {@link #exportTo(String, Path)}, into a stream, which is left open. If this throws, what was written is no
     * archive.
     */
    public void exportTo(String id, OutputStream out) {
        Failures.forCaller(() -> {
            new BackupExport(repository()).toStream(id, out);
            return out;
        });
    }

    /**
     * Begins to take a backup out of a file that {@link #exportTo} wrote. Every byte is proved before the backup is
     * listed; what fails or is killed in between leaves no backup. If the same backup is here already, nothing is done. It
     * ends as {@code refused} if the file is not one of an export, if its id is taken by another backup, or if none of the
     * signing keys signed it. Needs commons-compress.
     *
     * @param acceptUntrusted whether what none of the keys signed is taken; it is listed as unsigned
     * @throws BackupException.NotFound there is no such file
     * @throws BackupException.Busy another operation is running
     */
    public OperationStatus importFrom(Path file, boolean acceptUntrusted, Caller by) {
        return Failures.forCaller(() -> {
            if (!Files.isRegularFile(file)) {
                throw new BackupException.NotFound("there is no file " + file);
            }
            return runner.start(
                    OperationStatus.Kind.IMPORT,
                    null,
                    null,
                    by,
                    (repository, operation) -> new Importation(repository, operation, acceptUntrusted).run(file));
        });
    }

    @Override
    public void delete(String id, Caller by) {
        Backup backup = find(id).orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
        OperationStatus started = Failures.forCaller(() ->
                runner.start(OperationStatus.Kind.CLEANUP, backup.type(), id, by, (repository, operation) -> {
                    repository.catalog().delete(operation.lease(), id);
                    return OperationRunner.Result.completed("backup " + id + " is deleted");
                }));
        requireCompleted(await(started.id()));
    }

    /**
     * Deletes the backups that retention no longer keeps, and what nobody names; then dumps and drops the kept databases
     * whose time is over, each in an operation of its own: that one tells if it fails, and the database stays. Waits for
     * the end.
     *
     * @return the ids that were deleted, oldest first
     * @throws BackupException.Busy another operation is running
     * @throws BackupException.Refused the clocks can not be trusted; nothing was deleted
     */
    public List<String> cleanup(Caller by) {
        List<String> deleted = new ArrayList<>();
        OperationStatus started = Failures.forCaller(() -> runner.start(
                OperationStatus.Kind.CLEANUP,
                null,
                null,
                by,
                (repository, operation) -> new Cleanup(config, time, repository, operation).run(deleted)));
        requireCompleted(await(started.id()));
        Failures.forCaller(() -> {
            upkeep.retireExpired(repository(), by, begun -> requireCompleted(await(begun.id())));
            return by;
        });
        return deleted;
    }

    /**
     * Which backups {@link #cleanup} would delete if it ran now. Nothing is deleted, and nothing is waited for.
     *
     * @return the ids, oldest first
     * @throws BackupException.Refused the clocks can not be trusted; a cleanup would delete nothing
     */
    public List<String> planCleanup() {
        return Failures.forCaller(() -> Cleanup.plan(config, time, repository()).deletions().stream()
                .map(Backup::id)
                .toList());
    }

    private static void requireCompleted(OperationStatus ended) {
        if (ended.status() != OperationStatus.Status.COMPLETED) {
            throw Failures.ofEnded(ended);
        }
    }

    @Override
    public Optional<OperationStatus> operation(String operationId) {
        Optional<OperationStatus> here = runner.running(operationId);
        return here.isPresent()
                ? here
                : Failures.forCaller(() -> repository().operations().status(operationId));
    }

    @Override
    public boolean cancel(String operationId, Caller by) {
        return Failures.forCaller(() -> {
            Optional<Boolean> here = runner.cancel(operationId, by);
            return here.isPresent()
                    ? here.get()
                    : repository().operations().requestCancel(operationId, by).orElseThrow(() -> unknown(operationId));
        });
    }

    @Override
    public Watch watch(String operationId, Consumer<OperationStatus> observer) {
        return watches.add(operation(operationId).orElseThrow(() -> unknown(operationId)), observer);
    }

    private static BackupException.NotFound unknown(String operationId) {
        return new BackupException.NotFound("there is no operation '" + operationId + "'");
    }

    /**
     * Waits until an operation that this manager began has ended.
     *
     * @throws BackupException.NotFound it is not known here
     * @throws BackupException.Unavailable the thread was interrupted; its flag is set
     */
    public OperationStatus await(String operationId) {
        return Failures.forCaller(() -> {
            Optional<OperationStatus> ended = runner.await(operationId);
            return ended.isPresent() ? ended.get() : operation(operationId).orElseThrow(() -> unknown(operationId));
        });
    }

    /** What the repository says of its backups now; reads it, which may take a while. For metrics. */
    public BackupFigures figures() {
        return Failures.forCaller(() -> BackupFigures.of(repository()));
    }

    /** Whether an operation of any process is under way, or was when its process died and nobody has ended it yet. */
    public boolean busy() {
        return Failures.forCaller(() -> repository().leases().holder().isPresent());
    }

    /**
     * Ends in the background what processes that died have left, and dumps and drops the kept database whose time is
     * over longest; others are left to the next cleanup. To be called once at the start of a service; does nothing if
     * there is nothing to do, or if somebody else is at work, whose next operation does it.
     *
     * @return the operation that does it; empty if there is nothing to do
     */
    public Optional<OperationStatus> recover() {
        return Failures.forCaller(() -> upkeep.begin(repository()));
    }

    private Repository repository() throws IOException {
        return opening.repository();
    }

    /** Interrupts what runs, and waits up to 20 s for it to leave everything in order. */
    @Override
    public void close() {
        runner.close();
        watches.close();
    }
}
