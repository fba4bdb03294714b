package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreHook;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads a dump by psql, and undoes that. Whatever goes wrong, kill -9 of this process included, the live database is the
 * old one or the new one, whole. Safe for use by any thread, but one restore of a database at a time is the caller's
 * business (the lease). To cancel a call, interrupt its thread.
 */
public final class PostgreSQLRestore {
    private final PostgreSQLConfig config;
    private final ServerSessions sessions;
    private final TimeSource time;
    private final RestoreHook hook;

    /** Nothing is opened or looked for until a method needs it. */
    public PostgreSQLRestore(PostgreSQLConfig config, TimeSource time) {
        this(config, time, RestoreHook.NONE);
    }

    /**
     * The same for an application that looks at what is restored.
     *
     * @param hook called before a switch, and after the commit in place
     */
    public PostgreSQLRestore(PostgreSQLConfig config, TimeSource time, RestoreHook hook) {
        this.config = config;
        this.sessions = new ServerSessions(config);
        this.time = time;
        this.hook = hook;
    }

    /**
     * Finds out whether a restore could start now; the live database need not exist.
     *
     * @throws BackupException.Unavailable the server can not be reached or refuses the password; psql is missing, of
     *     another major version, or too old for its restricted mode. The message says which
     */
    public void preflight() {
        try (Connection connection = sessions.openMaintenance("reliability")) {
            PostgreSQLPrograms.find(config, ServerSessions.major(connection)).restrictedPsql();
        } catch (SQLException e) {
            throw ServerFaults.statement("asking PostgreSQL for its version", e);
        }
    }

    /**
     * Finds out what a restore would meet if it began now. Changes and locks nothing, and takes a second or two from a
     * healthy server. The live database need not exist.
     *
     * @param mode how the database would be replaced
     * @param facts of the manifest; null for a file without one
     * @param trusted see {@link RestoreRequest#trusted()}
     * @throws BackupException.Unavailable the server can not be reached, refuses the password or does not answer
     */
    public RestoreOutlook outlook(RestoreOptions.Mode mode, @Nullable DatabaseFacts facts, boolean trusted) {
        return new RestoreSurvey(config, mode, facts, DumpNames.NONE, trusted).run();
    }

    /**
     * The same for a dump without a manifest, which nobody has signed.
     *
     * @param names what its {@link #survey} found
     */
    public RestoreOutlook outlook(RestoreOptions.Mode mode, DumpNames names) {
        return new RestoreSurvey(config, mode, null, names, false).run();
    }

    /**
     * Reads a dump without a manifest to its end, in bounded memory. Changes nothing.
     *
     * @param bytesSoFar told on the calling thread how many bytes of its SQL were read
     * @throws BackupException.Damaged it is cut, or none of pg_dump's
     * @throws InterruptedIOException the thread was interrupted; its flag is set
     * @throws IOException the dump failed
     */
    public DumpSurvey survey(DumpSource dump, LongConsumer bytesSoFar) throws IOException {
        NamingStatement names = new NamingStatement();
        try (InputStream in = dump.open()) {
            DumpCopy copy = DumpCopy.naming(names);
            copy.copy(in, OutputStream.nullOutputStream(), bytesSoFar);
            return new DumpSurvey(names.all(), copy.bytes());
        } catch (DumpFormatException notWhole) {
            throw new BackupException.Damaged(String.valueOf(notWhole.getMessage()), notWhole);
        }
    }

    /**
     * Opens a dump in pg_dump's custom format as plain SQL, by pg_restore. Reading it may throw, at the latest at its end,
     * {@link BackupException.Damaged} (pg_restore can not read it), {@link BackupException.Refused} (it was made by a newer
     * version) or {@link BackupException.Unavailable} (pg_restore was ended).
     *
     * @param archive is closed with what is returned, also if this fails
     * @param operation the operation's id
     * @throws BackupException.Unavailable the server can not be reached, or pg_restore of its version is missing
     */
    public InputStream plainSql(InputStream archive, String operation) throws IOException {
        Path program;
        try (Connection connection = sessions.openMaintenance(operation)) {
            program = PostgreSQLPrograms.find(config, ServerSessions.major(connection))
                    .pgRestore();
        } catch (SQLException e) {
            archive.close();
            throw ServerFaults.statement("asking PostgreSQL for its version", e);
        } catch (BackupException e) {
            archive.close();
            throw e;
        }
        return CustomFormat.open(ServerAddress.of(config), program, archive, operation);
    }

    /**
     * Restores into a new database, compares it with the manifest, and puts it in the place of the live one by
     * renaming both in one transaction. The old one is kept, closed to everybody.
     *
     * @throws BackupException.Refused something stands in the way that somebody must mend or accept: a missing role or
     *     right, settings, sessions that this role may not end, SQL that the server refuses, the hook
     * @throws BackupException.Damaged what arrived in the database is not what the manifest says
     * @throws BackupException.NoSpace the server's disk is full
     * @throws BackupException.Unavailable as {@link #preflight()}, or the server went away
     * @throws InterruptedIOException the thread was interrupted; its flag is set
     * @throws IOException the dump or the journal failed
     */
    public RestoreResult switchTo(RestoreRequest request, RestoreSteps steps) throws IOException {
        return unchangedIfDamaged(new SwitchRestore(config, time, hook, request, steps)::run);
    }

    /**
     * Undoes a {@link #switchTo}, or another call of this: the database that it kept becomes the live one again, with the
     * privileges, the connection limit and the comment that it had, and the one that is live now is kept, closed to
     * everybody. Both are renamed in one transaction.
     *
     * @param operation this one: the application name of its sessions, and part of the kept database's name
     * @param undone the operation that kept the database
     * @param switching the details of {@link RestoreSteps#SWITCHING} that its journal has
     * @throws BackupException.Refused the kept database is gone, or something stands in the way that somebody must mend:
     *     a missing role or right, sessions that this role may not end
     * @throws BackupException.Unavailable the server can not be reached, or went away
     * @throws InterruptedIOException the thread was interrupted; its flag is set
     * @throws IOException the journal failed
     */
    public RestoreResult switchBack(String operation, String undone, Map<String, String> switching, RestoreSteps steps)
            throws IOException {
        return new SwitchBack(config, time, operation, undone, switching, steps).run();
    }

    /**
     * Drops all that the role owns in the live database and loads the dump, in one transaction: for roles that may
     * not create databases. The database must exist; its own settings and privileges stay as they are.
     *
     * @throws BackupException.Refused before anything is touched, with one reason for each object of another role; or
     *     SQL that the server refuses
     * @throws BackupException.Damaged what arrived in the database is not what the manifest says
     * @throws BackupException.NoSpace the server's disk is full
     * @throws BackupException.Unavailable as {@link #preflight()}, or the server went away
     * @throws InterruptedIOException the thread was interrupted; its flag is set
     * @throws IOException the dump or the journal failed
     */
    public RestoreResult inPlace(RestoreRequest request, RestoreSteps steps) throws IOException {
        return unchangedIfDamaged(new InPlaceRestore(config, time, hook, request, steps)::run);
    }

    private interface Restoring {
        RestoreResult run() throws IOException;
    }

    /** Who reads that a backup is damaged wants to know first what became of the database. */
    private static RestoreResult unchangedIfDamaged(Restoring restoring) throws IOException {
        try {
            return restoring.run();
        } catch (BackupException.Damaged damaged) {
            throw new BackupException.Damaged("nothing was restored: " + damaged.getMessage(), damaged);
        }
    }
}
