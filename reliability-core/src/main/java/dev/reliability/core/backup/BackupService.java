package dev.reliability.core.backup;

import java.util.Optional;

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
}
