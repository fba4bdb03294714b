package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/**
 * Backs up one PostgreSQL database by the server's own programs. Safe for use by any thread: each call has its own
 * connections and children, and leaves none behind. To cancel a call, interrupt its thread.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class PostgreSQLBackup {
    private final PostgreSQLConfig config;

    /** Nothing is opened or looked for until a method needs it. */
    public PostgreSQLBackup(PostgreSQLConfig config) {
        this.config = config;
    }

    /**
     * Finds out whether a backup could start now.
     *
     * @throws BackupException.Unavailable the server can not be reached, refuses the password, or has no such
     *     database; a program is missing or of another major version. The message says which
     */
    public void preflight() {
        throw new UnsupportedOperationException(config.toString());
    }

    /**
     * Holds one moment of the database fast. The caller closes it.
     *
     * @param applicationName the operation: a successor ends what it left by this name
     * @throws BackupException.Unavailable as {@link #preflight()}
     */
    public DatabaseSnapshot openSnapshot(String applicationName) {
        throw new UnsupportedOperationException(applicationName);
    }

    /**
     * Writes the snapshot as pg_dump's plain SQL, in one pass with bounded memory. When it returns, pg_dump ended
     * well, the dump has its trailer, and every table was counted and hashed.
     *
     * @param plainSql is neither flushed nor closed
     * @param bytesSoFar told now and then on the calling thread
     * @throws BackupException.Unavailable pg_dump failed or what it wrote is not whole; its words are in the message
     * @throws InterruptedIOException the thread was interrupted; its flag is set, pg_dump is dead
     * @throws IOException {@code plainSql} failed
     */
    public DumpResult dump(DatabaseSnapshot snapshot, OutputStream plainSql, LongConsumer bytesSoFar)
            throws IOException {
        throw new UnsupportedOperationException(snapshot.applicationName());
    }

    /**
     * Writes the server's roles as SQL, without passwords.
     *
     * @param sql is neither flushed nor closed
     * @throws BackupException.Unavailable pg_dumpall failed; its words are in the message
     * @throws InterruptedIOException the thread was interrupted; its flag is set, pg_dumpall is dead
     * @throws IOException {@code sql} failed
     */
    public void globals(String applicationName, OutputStream sql) throws IOException {
        throw new UnsupportedOperationException(applicationName);
    }
}
