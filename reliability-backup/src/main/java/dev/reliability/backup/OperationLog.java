package dev.reliability.backup;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.repository.Finding;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** The key events of operations: one line each, with ids and who asked, and no secrets. */
final class OperationLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reliability.backup.operations");

    private OperationLog() {}

    static void requested(OperationStatus operation, @Nullable BackupType type) {
        LoggingEventBuilder line = line(Level.INFO, operation, "requested");
        if (type != null) {
            line = line.addKeyValue("type", type.wireName());
        }
        line.log("requested");
    }

    static void ended(OperationStatus operation, @Nullable Throwable failure) {
        LoggingEventBuilder line = line(
                operation.status() == OperationStatus.Status.FAILED ? Level.ERROR : Level.INFO,
                operation,
                operation.status().wireName());
        line = line.addKeyValue("bytes", operation.bytes());
        if (operation.finishedAt() != null) {
            line = line.addKeyValue(
                    "seconds",
                    Duration.between(operation.startedAt(), operation.finishedAt())
                            .toSeconds());
        }
        if (operation.error() != null) {
            line = line.addKeyValue("error", operation.error());
        }
        // A failure of our own needs its stack; the world's failures are told by their sentence.
        if ("internal".equals(operation.error()) && failure != null) {
            line = line.setCause(failure);
        }
        line.log(operation.message());
    }

    static void notRecorded(OperationStatus operation, Throwable failure) {
        line(Level.ERROR, operation, "not_recorded")
                .setCause(failure)
                .log("how it ended could not be written into the repository; whoever takes the lease next ends it");
    }

    static void listenerFailed(OperationStatus operation, RuntimeException failure) {
        line(Level.ERROR, operation, "listener_failed")
                .setCause(failure)
                .log("who listens to the ends of operations failed; the operation is not concerned");
    }

    static void leftBehind(OperationStatus operation, Exception failure) {
        line(Level.WARN, operation, "left_files")
                .addKeyValue("error", Failures.sentence(failure))
                .log("files of a backup that failed could not be removed; the next operation removes them");
    }

    static void sessionsLeft(OperationStatus operation, Exception failure) {
        line(Level.WARN, operation, "left_sessions")
                .addKeyValue("error", Failures.sentence(failure))
                .log("sessions of an operation that is over may still be open on the server; they end by themselves");
    }

    static void cancelRequested(OperationStatus operation, Caller by) {
        line(Level.INFO, operation, "cancel_requested")
                .addKeyValue("cancelled_by", by.subject())
                .log("asked to end");
    }

    static void firstEncrypted(OperationStatus operation, Keyset keyset) {
        line(Level.WARN, operation, "encrypted_first")
                .addKeyValue("keyset", keyset.id())
                .addKeyValue("recipients", keyset.recipients())
                .log("the first backup that is encrypted to these recipients: whoever loses all their identities loses"
                        + " every such backup; prove that one opens them with: key check --identity FILE");
    }

    static void savedAsItIs(String operation) {
        LOG.atWarn()
                .addKeyValue("event", "restore_saves_unencrypted")
                .addKeyValue("operation", operation)
                .log("the backup is encrypted, and what its restore replaces is kept unencrypted for undo, as no"
                        + " recipients are configured here");
    }

    static void notSettled(OperationStatus operation, Exception failure) {
        line(Level.WARN, operation, "not_settled")
                .addKeyValue("error", Failures.sentence(failure))
                .log("a restore whose process died can not be ended now; the next operation tries again");
    }

    static void notTidied(String operation, Exception failure) {
        LOG.atWarn()
                .addKeyValue("event", "not_tidied")
                .addKeyValue("operation", operation)
                .addKeyValue("error", Failures.sentence(failure))
                .log("what a restore or an undo left that failed can not be put in order now; the next operation tries"
                        + " again");
    }

    static void journalDamaged(BackupException.Damaged failure) {
        LOG.atWarn().addKeyValue("event", "journal_damaged").log(Failures.sentence(failure));
    }

    static void found(OperationStatus operation, Finding finding) {
        line(finding.harms() ? Level.ERROR : Level.WARN, operation, "found")
                .addKeyValue("kind", finding.kind().wireName())
                .addKeyValue("path", finding.key())
                .log(finding.words());
    }

    static void deleted(OperationStatus operation, Backup backup) {
        line(Level.INFO, operation, "deleted")
                .addKeyValue("backup", backup.id())
                .log("deleted, as it is older than retention keeps it");
    }

    static void notCleanedUp(BackupException failure) {
        LOG.atWarn()
                .addKeyValue("event", "cleanup_left_out")
                .addKeyValue("error", Failures.sentence(failure))
                .log("no cleanup after a scheduled backup; the next one does it");
    }

    static void keptOpen(Exception failure) {
        LOG.atWarn()
                .addKeyValue("event", "kept_database_open")
                .addKeyValue("error", Failures.sentence(failure))
                .log("a database that a restore replaced may be open to its owner, as a backup of it was lost; the next"
                        + " restore, cleanup or start closes it");
    }

    static void notRetired(String database, BackupException failure) {
        LOG.atWarn()
                .addKeyValue("event", "kept_database_stays")
                .addKeyValue("database", database)
                .addKeyValue("error", Failures.sentence(failure))
                .log("the database that a restore replaced is still there, as it could not be dumped, or not be dropped"
                        + " after that; the next cleanup tries again");
    }

    static void dropped(String operation, String database, String restore) {
        LOG.atInfo()
                .addKeyValue("event", "kept_database_dropped")
                .addKeyValue("operation", operation)
                .addKeyValue("database", database)
                .addKeyValue("restore", restore)
                .log("the database that a restore replaced is dropped, as its time to be undone is over and there is a"
                        + " backup of it");
    }

    static void notStopped(Duration waited) {
        LOG.atWarn()
                .addKeyValue("event", "operation_not_stopped")
                .addKeyValue("seconds", waited.toSeconds())
                .log("an operation did not end when it was interrupted; whoever takes the lease next ends it");
    }

    private static LoggingEventBuilder line(Level level, OperationStatus operation, String what) {
        String kind = operation.kind() == OperationStatus.Kind.CREATE
                ? "backup"
                : operation.kind().name().toLowerCase(Locale.ROOT);
        LoggingEventBuilder line =
                LOG.atLevel(level).addKeyValue("event", kind + "_" + what).addKeyValue("operation", operation.id());
        if (operation.backupId() != null) {
            line = line.addKeyValue("backup", operation.backupId());
        }
        return line.addKeyValue("by", operation.requestedBy());
    }
}
