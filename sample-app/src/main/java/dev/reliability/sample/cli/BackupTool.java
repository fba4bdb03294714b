package dev.reliability.sample.cli;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.OffsiteCopies;
import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Keysets;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupService.Watch;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.sample.configuration.Configuration;
import dev.reliability.sample.configuration.ConfigurationException;
import dev.reliability.sample.configuration.DatabaseSettings;
import dev.reliability.sample.notify.Webhook;
import dev.reliability.sample.wiring.BackupParts;
import dev.reliability.sample.wiring.Stores;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the subcommands ask of the backup manager: each waits for its turn, unless told not to, and for its end; a signal
 * cancels it. What the documents' bytes need of the environment is read only where they are part of it. For one thread.
 */
final class BackupTool implements AutoCloseable {
    private static final Pattern ID_IN_PATH = Pattern.compile("[0-9]{8}_[0-9]{6}(?:_[0-9]+)?");
    private static final Duration POLL = Duration.ofSeconds(2);

    private final CommandContext context;
    private final Configuration.ForBackups configuration;
    private final boolean waits;
    private final boolean showsProgress;
    private final Caller caller;
    private final Stores stores = new Stores();
    private final ObjectStore repository;
    private final Optional<Webhook> webhook;
    private @Nullable BackupManager manager;

    /** One that does not show how far its operations are. */
    BackupTool(CommandContext context, boolean waits) throws ConfigurationException {
        this(context, waits, false);
    }

    /**
     * @param waits whether it waits while another operation runs
     * @param showsProgress whether it shows how far its operations are
     */
    BackupTool(CommandContext context, boolean waits, boolean showsProgress) throws ConfigurationException {
        this.context = context;
        this.configuration = Configuration.forBackups(context.environment());
        this.waits = waits;
        this.showsProgress = showsProgress;
        this.caller = new Caller("cli:" + System.getProperty("user.name", "unknown"));
        this.repository = stores.backups(configuration.backups().repository());
        this.webhook = BackupParts.webhook(configuration.backups());
    }

    /** Makes a backup and waits for its end. */
    OperationStatus create(BackupType type) throws ConfigurationException {
        BackupManager backups = manager(type.hasStorage());
        return ended(backups, () -> backups.create(type, caller));
    }

    /** The fire time that this process was started for, by the name of its Job. */
    Optional<Instant> jobFireTime() {
        return configuration.backups().jobFireTime();
    }

    /**
     * Makes the scheduled backup of a fire time, and cleans up, or waits for the end of the one that another process
     * makes.
     *
     * @return how it ended; empty if another process has claimed it and not begun
     */
    Optional<OperationStatus> createScheduled(BackupType type, Instant fireTime) throws ConfigurationException {
        BackupManager backups = manager(type.hasStorage());
        context.interruption().listen();
        Thread waiting = Thread.currentThread();
        // It has no id before its end: a signal stops it as a service is stopped.
        context.interruption().cancels(() -> {
            backups.close();
            waiting.interrupt();
            return true;
        });
        Optional<OperationStatus> known = backups.createScheduled(type, fireTime, caller);
        while (known.isPresent() && !known.get().status().ended()) {
            pause(new BackupException.Busy(
                    "interrupted while waiting for operation " + known.get().id(),
                    known.get().id()));
            // Its process may have died meanwhile: then nobody else would end it.
            backups.recover().ifPresent(recovery -> backups.await(recovery.id()));
            known = backups.operation(known.get().id());
        }
        return known;
    }

    /** Restores a backup by its id, or a file by its path, and waits for the end. */
    OperationStatus restore(String idOrPath, RestoreOptions options) throws ConfigurationException {
        if (!BackupId.isValid(idOrPath)) {
            // A path may be that of a backup with documents: only the repository knows.
            BackupManager backups = manager(hasDocuments(idOrPath));
            return ended(backups, () -> backups.restoreFile(Path.of(idOrPath), options, caller));
        }
        Backup backup = find(idOrPath);
        BackupManager backups = manager(backup.type().hasStorage());
        return ended(backups, () -> backups.restore(backup.id(), options, caller));
    }

    /** What {@link #restore} would do now; nothing is waited for. */
    RestorePlan plan(String idOrPath, RestoreOptions options) throws ConfigurationException {
        if (!BackupId.isValid(idOrPath)) {
            return manager(hasDocuments(idOrPath)).planFile(Path.of(idOrPath), options);
        }
        Backup backup = find(idOrPath);
        return manager(backup.type().hasStorage()).plan(backup.id(), options);
    }

    /** Undoes a restore, or an undo, by its operation's id and waits for the end. */
    OperationStatus undo(String operation) throws ConfigurationException {
        OperationStatus undone = manager(false)
                .operation(operation)
                .orElseThrow(() -> new BackupException.NotFound("there is no operation '" + operation + "'"));
        BackupManager backups = manager(hasDocuments(undone));
        return ended(backups, () -> backups.undo(operation, caller));
    }

    /** A file has none; of a backup that was deleted since nobody knows. */
    private boolean hasDocuments(OperationStatus undone) throws ConfigurationException {
        String backup = undone.backupId();
        return backup != null
                && manager(false)
                        .find(backup)
                        .map(found -> found.type().hasStorage())
                        .orElse(true);
    }

    /**
     * Until when a restore that has ended can be undone.
     *
     * @param chosen how it was restored; null for the configured mode
     * @return empty if it can not be
     */
    Optional<Instant> undoableUntil(OperationStatus ended, @Nullable Mode chosen) {
        Instant finishedAt = ended.finishedAt();
        Mode mode =
                chosen == null ? Mode.of(configuration.backups().restoreMode()).orElseThrow() : chosen;
        Duration period = configuration.backups().undo();
        return finishedAt == null
                        || ended.status() != OperationStatus.Status.COMPLETED
                        || mode == Mode.IN_PLACE
                        || period.isZero()
                ? Optional.empty()
                : Optional.of(finishedAt.plus(period).truncatedTo(ChronoUnit.SECONDS));
    }

    /** Writes a backup into a file; its absolute path. */
    Path export(String id, String file) throws ConfigurationException {
        Path path = Path.of(file).toAbsolutePath().normalize();
        manager(false).exportTo(id, path);
        return path;
    }

    /** Writes a backup into a stream. */
    void export(String id, OutputStream out) throws ConfigurationException {
        manager(false).exportTo(id, out);
    }

    /** Takes a backup out of a file and waits for the end. */
    OperationStatus importFrom(Path file, boolean acceptUntrusted) throws ConfigurationException {
        BackupManager backups = manager(false);
        return ended(backups, () -> backups.importFrom(file, acceptUntrusted, caller));
    }

    /** Deletes what retention no longer keeps; the ids, oldest first. */
    List<String> cleanUp() throws ConfigurationException {
        BackupManager backups = manager(false);
        return whenFree(() -> backups.cleanup(caller));
    }

    /** What {@link #cleanUp} would delete now. */
    List<String> planCleanUp() throws ConfigurationException {
        return manager(false).planCleanup();
    }

    /**
     * Verifies a backup and waits for the end.
     *
     * @param id null for the whole repository
     * @param each told of each finding, on another thread
     */
    OperationStatus verify(@Nullable String id, VerifyLevel level, Consumer<Finding> each)
            throws ConfigurationException {
        BackupManager backups = manager(false);
        return ended(
                backups,
                () -> id == null
                        ? backups.verifyRepository(level, caller, each)
                        : backups.verify(id, level, caller, each));
    }

    /** Verifies what would be restored if all were lost now, each in turn; how each ended. */
    List<OperationStatus> verifyNewest(VerifyLevel level, Consumer<Finding> each) throws ConfigurationException {
        BackupManager backups = manager(false);
        List<OperationStatus> ended = new ArrayList<>();
        for (Backup backup : backups.newestBackups()) {
            if (context.interruption().hasCome()) {
                break;
            }
            ended.add(ended(backups, () -> backups.verify(backup.id(), level, caller, each)));
        }
        return ended;
    }

    /** Whether backups are copied into a second place. */
    boolean copies() {
        return configuration.backups().offsite().isPresent();
    }

    /** Copies a backup into the second place and waits for the end. */
    OperationStatus copy(String id) throws ConfigurationException {
        BackupManager backups = manager(false);
        OffsiteCopies offsite = offsite(backups);
        return ended(backups, () -> offsite.copy(id, caller));
    }

    /** Copies all that are not there yet, each in turn; how each ended. */
    List<OperationStatus> copyMissing() throws ConfigurationException {
        BackupManager backups = manager(false);
        OffsiteCopies offsite = offsite(backups);
        List<OperationStatus> ended = new ArrayList<>();
        for (Backup backup : offsite.missing()) {
            if (context.interruption().hasCome()) {
                break;
            }
            OperationStatus copied = ended(backups, () -> offsite.copyIfMissing(backup.id(), caller));
            ended.add(copied);
            if (!OffsiteCopies.concernsItAlone(copied)) {
                break;
            }
        }
        return ended;
    }

    private static OffsiteCopies offsite(BackupManager backups) throws ConfigurationException {
        return backups.offsite()
                .orElseThrow(() ->
                        new ConfigurationException(List.of("BACKUP_OFFSITE is not set: there is nowhere to copy to")));
    }

    /**
     * Makes the roles of a backup that the server lacks, and gives the backend's the password that it is configured with,
     * if it is one of them.
     *
     * @param idOrPath of a full backup
     * @return the names of those that were made
     */
    List<String> createRoles(String idOrPath) throws ConfigurationException {
        DatabaseSettings admin = Configuration.forAdmin(context.environment());
        String id = ID_IN_PATH
                .matcher(idOrPath)
                .results()
                .map(MatchResult::group)
                .reduce((folder, name) -> name)
                .orElseThrow(() -> new BackupException.NotFound(idOrPath + " is no backup whose roles are saved"));
        return manager(false)
                .createRoles(id, BackupParts.server(admin), BackupParts.passwordOf(configuration.database()));
    }

    /** Which encrypted backups the configured identities open. */
    List<Keysets.Check> checkKeys() throws ConfigurationException {
        Identities identities = configuration
                .backups()
                .encryption()
                .identities()
                .orElseThrow(() -> new ConfigurationException(List.of(
                        "no identity is given: name its file by --identity, or by " + CommandContext.IDENTITY_FILE)));
        return manager(false).checkKeys(identities);
    }

    /** The newest backups that can be restored. */
    BackupPage list(BackupQuery query) throws ConfigurationException {
        return manager(false).list(query);
    }

    /** @throws BackupException.NotFound there is none of this id */
    Backup find(String id) throws ConfigurationException {
        return manager(false)
                .find(id)
                .orElseThrow(() -> new BackupException.NotFound("there is no backup '" + id + "'"));
    }

    private boolean hasDocuments(String path) throws ConfigurationException {
        BackupManager backups = manager(false);
        return ID_IN_PATH
                .matcher(path)
                .results()
                .flatMap(match -> backups.find(match.group()).stream())
                .anyMatch(backup -> backup.type().hasStorage());
    }

    /** Begins an operation when it is its turn, and waits for its end. */
    private OperationStatus ended(BackupManager backups, Supplier<OperationStatus> beginning) {
        context.interruption().listen();
        OperationStatus begun = whenFree(beginning);
        context.interruption().cancels(() -> backups.cancel(begun.id(), caller));
        try {
            return await(backups, begun);
        } finally {
            context.interruption().ended();
        }
    }

    private OperationStatus await(BackupManager backups, OperationStatus begun) {
        if (!showsProgress) {
            return backups.await(begun.id());
        }
        Progress progress = new Progress(context.status(), err(), context.time());
        Watch watch = backups.watch(begun.id(), progress);
        try (progress;
                watch) {
            return backups.await(begun.id());
        }
    }

    private BackupManager manager(boolean withDocuments) throws ConfigurationException {
        BackupManager before = manager;
        if (before != null && !withDocuments) {
            return before;
        }
        ObjectStore documents =
                withDocuments ? stores.documents(Configuration.forStorage(context.environment())) : null;
        if (before != null) {
            before.close();
        }
        BackupManager made = BackupParts.manager(
                configuration.database(),
                configuration.backups(),
                repository,
                configuration.backups().offsite().map(stores::backups),
                documents,
                BackupParts.telling(webhook),
                context.time());
        manager = made;
        return made;
    }

    private <T> T whenFree(Supplier<T> operation) {
        String told = "";
        while (true) {
            try {
                return operation.get();
            } catch (BackupException.Busy busy) {
                if (!waits) {
                    throw busy;
                }
                String sentence = String.valueOf(busy.getMessage());
                if (!sentence.equals(told)) {
                    told = sentence;
                    err().println(sentence + "; waiting for its end");
                }
                pause(busy);
            }
        }
    }

    private void pause(BackupException.Busy busy) {
        try {
            if (context.interruption().await(POLL)) {
                throw busy;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw busy;
        }
    }

    private PrintWriter err() {
        return context.err();
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
        webhook.ifPresent(Webhook::close);
        stores.close();
    }
}
