package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Backs up one PostgreSQL database by the server's own programs. Safe for use by any thread: each call has its own
 * connections and children, and leaves none behind. To cancel a call, interrupt its thread.
 */
public final class PostgreSQLBackup {
    /** A backup that waits longer for a table fails: behind it the application would wait too. */
    private static final String LOCK_WAIT = "30s";

    private static final String GLOBALS_TRAILER = "-- PostgreSQL database cluster dump complete";
    /** More than the trailer and what pg_dumpall writes after it. */
    private static final int END_LENGTH = 512;

    /** So long pg_dump may write nothing where nothing else is said. */
    public static final Duration STALL_LIMIT = Duration.ofMinutes(30);

    private final PostgreSQLConfig config;
    private final Patience patience;
    private final ServerSessions sessions;

    /** Nothing is opened or looked for until a method needs it. */
    public PostgreSQLBackup(PostgreSQLConfig config) {
        this(config, TimeSource.system(), STALL_LIMIT);
    }

    /**
     * The same with another limit for silence.
     *
     * @param stallLimit a program that writes no byte for so long, or does not end, is ended; zero for no limit
     */
    public PostgreSQLBackup(PostgreSQLConfig config, TimeSource time, Duration stallLimit) {
        this(config, new Patience(time, stallLimit));
    }

    private PostgreSQLBackup(PostgreSQLConfig config, Patience patience) {
        this.config = config;
        this.patience = patience;
        sessions = new ServerSessions(config);
    }

    /** The same for another database of the server. */
    public PostgreSQLBackup of(String database) {
        return new PostgreSQLBackup(config.withDatabase(database), patience);
    }

    /**
     * Finds out whether a backup could start now.
     *
     * @throws BackupException.Unavailable the server can not be reached, refuses the password, or has no such
     *     database; a program is missing or of another major version. The message says which
     */
    public void preflight() {
        try (Connection connection = sessions.open(config.database(), "reliability")) {
            PostgreSQLPrograms.find(config, ServerSessions.major(connection));
        } catch (SQLException e) {
            throw ServerFaults.statement("asking PostgreSQL for its version", e);
        }
    }

    /**
     * Holds one moment of the database fast. The caller closes it.
     *
     * @param applicationName the operation: a successor ends what it left by this name
     * @throws BackupException.Unavailable as {@link #preflight()}
     */
    public DatabaseSnapshot openSnapshot(String applicationName) {
        Connection connection = sessions.open(config.database(), applicationName);
        try {
            PostgreSQLPrograms programs = PostgreSQLPrograms.find(config, ServerSessions.major(connection));
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            String snapshot = DatabaseCatalog.texts(connection, "SELECT pg_export_snapshot()")
                    .get(0);
            DatabaseFacts facts = DatabaseCatalog.read(connection, config.database(), programs.version());
            DumpedTables tables = DumpedTables.read(connection);
            return new DatabaseSnapshot(connection, applicationName, snapshot, programs, facts, tables);
        } catch (SQLException e) {
            close(connection, e);
            throw ServerFaults.statement("opening a snapshot of the database " + config.database(), e);
        } catch (RuntimeException e) {
            close(connection, e);
            throw e;
        }
    }

    /**
     * Writes the snapshot as pg_dump's plain SQL, in one pass with bounded memory. When it returns, pg_dump ended
     * well, the dump has its trailer and the rows of every table that it should have, counted and hashed.
     *
     * @param plainSql is neither flushed nor closed
     * @param bytesSoFar told now and then on the calling thread
     * @throws BackupException.Unavailable pg_dump failed, is stuck, or what it wrote is not whole; its words are in the
     *     message
     * @throws InterruptedIOException the thread was interrupted; its flag is set, pg_dump is dead
     * @throws IOException {@code plainSql} failed
     */
    public DumpResult dump(DatabaseSnapshot snapshot, OutputStream plainSql, LongConsumer bytesSoFar)
            throws IOException {
        List<String> arguments = List.of(
                "--format=plain",
                "--no-password",
                // They hold another server's password, and keep a database that one would drop.
                "--no-subscriptions",
                "--snapshot=" + snapshot.snapshotId(),
                "--lock-wait-timeout=" + LOCK_WAIT);
        DumpCopy copy = DumpCopy.exact();
        try (Child pgDump = Child.start(
                ServerAddress.of(config),
                snapshot.programs().pgDump(),
                arguments,
                config.database(),
                snapshot.applicationName(),
                Map.of(),
                patience)) {
            try {
                copy.copy(pgDump.stdout(), plainSql, bytesSoFar);
                requireSuccess("pg_dump", pgDump);
            } catch (DumpFormatException notWhole) {
                throw failed("pg_dump", pgDump, String.valueOf(notWhole.getMessage()), notWhole);
            } catch (StuckException stuck) {
                throw stuck("pg_dump", pgDump, stuck);
            }
            String lack = snapshot.tables().lackOf(copy.scanner().headers());
            if (lack != null) {
                throw failed("pg_dump", pgDump, "it ended well, and " + lack, null);
            }
        }
        return new DumpResult(snapshot.facts().withTables(copy.scanner().tables()), copy.bytes());
    }

    /**
     * Writes the server's roles as SQL, without passwords.
     *
     * @param sql is neither flushed nor closed
     * @throws BackupException.Unavailable pg_dumpall failed or is stuck; its words are in the message
     * @throws InterruptedIOException the thread was interrupted; its flag is set, pg_dumpall is dead
     * @throws IOException {@code sql} failed
     */
    public void globals(String applicationName, OutputStream sql) throws IOException {
        PostgreSQLPrograms programs;
        try (Connection connection = sessions.open(config.database(), applicationName)) {
            programs = PostgreSQLPrograms.find(config, ServerSessions.major(connection));
        } catch (SQLException e) {
            throw ServerFaults.statement("asking PostgreSQL for its version", e);
        }
        // Without a name it would connect to "postgres", where this role may not be let in; and it takes a plain name
        // with an equals sign in it for a connection string.
        String database = "dbname='" + config.database().replaceAll("[\\\\']", "\\\\$0") + "'";
        List<String> arguments =
                List.of("--globals-only", "--no-role-passwords", "--no-password", "--database=" + database);
        try (Child pgDumpall = Child.start(
                ServerAddress.of(config),
                programs.pgDumpall(),
                arguments,
                config.database(),
                applicationName,
                Map.of(),
                patience)) {
            String end;
            try {
                end = copy(pgDumpall.stdout(), sql);
                requireSuccess("pg_dumpall", pgDumpall);
            } catch (StuckException stuck) {
                throw stuck("pg_dumpall", pgDumpall, stuck);
            }
            if (!end.contains(GLOBALS_TRAILER)) {
                throw failed("pg_dumpall", pgDumpall, "its last line is not there", null);
            }
        }
    }

    /** Copies all; returns the last bytes as text. */
    private static String copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        String end = "";
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            String both = end + new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
            end = both.substring(Math.max(0, both.length() - END_LENGTH));
        }
        return end;
    }

    private static void requireSuccess(String program, Child child) throws IOException {
        int code = child.waitFor();
        if (code != 0) {
            throw failed(program, child, "it ended with exit code " + code, null);
        }
    }

    private static BackupException.Unavailable failed(
            String program, Child child, String how, @Nullable IOException cause) throws IOException {
        // Its own words come before its end, and say more than ours.
        return failed(program, child.endsSoon() ? child.errors() : "", how, cause);
    }

    /** It does not end by itself, so what it said until now is all that there is. */
    private static BackupException.Unavailable stuck(String program, Child child, StuckException stuck) {
        return failed(program, child.errors(), String.valueOf(stuck.getMessage()), stuck);
    }

    private static BackupException.Unavailable failed(
            String program, String said, String how, @Nullable IOException cause) {
        return new BackupException.Unavailable(
                program + " failed: " + how + (said.isEmpty() ? "" : ". It says: " + said),
                ServerFaults.RETRY_AFTER,
                cause);
    }

    private static void close(Connection connection, Exception failure) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
