package dev.reliability.core.backup;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes, lists, restores and deletes backups. One operation runs at a time over every process that shares the
 * repository; operations run in the background and are followed by {@link #operation}.
 *
 * <p>Safe for use by any thread. Every method may block for as long as the repository or the database take to answer.
 * What can be known before an operation begins is thrown as a {@link BackupException}; what shows later is in its
 * {@link OperationStatus}.
 */
public interface BackupService {

    /**
     * Begins a backup.
     *
     * @return the operation, running
     * @throws BackupException.Busy another operation is running
     * @throws BackupException.Unavailable the database, its programs or the repository can not be used now
     * @throws BackupException.NoSpace there is less room than the newest backup of this type took
     */
    OperationStatus create(BackupType type, Caller by);

    /**
     * Begins to restore a backup.
     *
     * @return the operation, running
     * @throws BackupException.NotFound there is no such backup
     * @throws BackupException.Busy another operation is running
     * @throws BackupException.Refused it is not trusted, or something was not accepted: each reason named
     * @throws BackupException.Damaged its manifest or one of its files is missing, of another length or changed
     * @throws BackupException.Unavailable the database, its programs or the repository can not be used now
     */
    OperationStatus restore(String id, RestoreOptions options, Caller by);

    /**
     * Tells what {@link #restore} would do with the same arguments if it began now, and does nothing: no operation is
     * begun, nothing is locked or changed, and it may run beside any operation. What would refuse the restore is among
     * the plan's obstacles, so that all of it is told at once; thrown is only what leaves nothing to plan. Contents are
     * not read: that every stored byte is whole is proved by {@link #verify}, and by the restore before it changes
     * anything.
     *
     * @throws BackupException.NotFound there is no such backup
     * @throws BackupException.Refused it has no manifest to plan by: it runs, ended without one, or another version wrote it
     * @throws BackupException.Damaged its manifest or one of its own files is missing, of another length or changed
     * @throws BackupException.Unavailable the database or the repository can not be asked now
     */
    RestorePlan plan(String id, RestoreOptions options);

    /**
     * Begins to undo a restore: what it replaced, the database and objects, becomes live again, and what is live now is
     * kept for as long in its turn, so that an undo can be undone as well. What was changed since the restore is in what
     * is kept, and not in what becomes live. Objects that the restore only added stay.
     *
     * @param operationId a restore, or an undo of one
     * @return the operation, running
     * @throws BackupException.NotFound there is no such operation
     * @throws BackupException.Busy another operation is running
     * @throws BackupException.Refused each reason named: it is no restore; it replaced nothing; it restored in place,
     *     where nothing is kept; it was undone already; its time is over, and what it replaced was dropped; a later
     *     restore has replaced objects, and is to be undone first; what was kept is encrypted, and no identity opens it
     * @throws BackupException.Damaged its journal or the list of what it replaced was changed
     * @throws BackupException.Unavailable the database or the repository can not be used now
     */
    OperationStatus undo(String operationId, Caller by);

    /**
     * Begins to verify a backup. It ends {@code completed} if all of it is whole, and by {@link VerifyLevel#TEST_RESTORE}
     * restores to what was backed up; else {@code failed} with the error {@code damaged} and the first files named in its
     * message. Either way it looks at every file, and changes none.
     *
     * @return the operation, running
     * @throws BackupException.NotFound there is no such backup
     * @throws BackupException.Busy another operation is running
     * @throws BackupException.Refused there is nothing to verify: it is being made, or failed, or another version wrote it;
     *     or it is not to be restored for a test: it is not trusted, or no identity opens it
     * @throws BackupException.NoSpace there is no room for a test restore
     * @throws BackupException.Unavailable the repository can not be used now, or what a test restore takes is not here
     */
    OperationStatus verify(String id, VerifyLevel level, Caller by);

    /** Lists backups, newest first. */
    BackupPage list(BackupQuery query);

    /** One backup of any status; empty if unknown, also for a text that is not an id. */
    Optional<Backup> find(String id);

    /**
     * Deletes a backup. What other backups share is kept.
     *
     * @throws BackupException.NotFound there is no such backup
     * @throws BackupException.Busy it is in use, or another operation is running
     */
    void delete(String id, Caller by);

    /** An operation of any process that shares the repository, at most 5 s old; empty if unknown. */
    Optional<OperationStatus> operation(String operationId);

    /**
     * Asks a running operation to end, wherever it runs; whatever it made so far is removed. It is {@code cancelled}
     * within 10 s, as long as its process lives and reaches the repository; asking again changes nothing.
     *
     * @param by is named in the message of the operation
     * @return whether it was asked to end. If it passes its commit point at this very moment it ends as it would have.
     *     False if there is nothing to cancel any more: it has ended, it is past the point from which it can only be
     *     finished, or it is a clean-up
     * @throws BackupException.NotFound there is no such operation
     * @throws BackupException.Unavailable the repository can not be used now
     */
    boolean cancel(String operationId, Caller by);

    /**
     * Tells how an operation of any process goes on. The observer gets its present state first, then what changes, at
     * most a second old, then its end, which is the last and told once; of an operation that has ended it gets that
     * alone. Of states that follow each other faster than it takes them only the newest is told.
     *
     * <p>The observer is called by a thread of the service, never by two at a time. It may take its time and may throw:
     * neither the operation nor other observers notice. If the service is closed before the operation has ended, there
     * is no further call.
     *
     * @return ends the watch: no call begins afterwards
     * @throws BackupException.NotFound there is no such operation
     * @throws BackupException.Unavailable the repository can not be used now
     */
    Watch watch(String operationId, Consumer<OperationStatus> observer);

    /** A watch that goes on until the operation has ended or it is closed. Safe for use by any thread. */
    interface Watch extends AutoCloseable {
        /** Ends the watch. Does nothing if it has ended. */
        @Override
        void close();
    }
}
