package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.DumpRole;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Restores a dump into a PostgreSQL of its own, which it makes for that and removes afterwards, and compares what arrived
 * with the manifest: every row of every table, the sequences and the large objects. No other server is asked or touched.
 *
 * <p>It loads with the rights that a restore has, not more: as a role like the one that made the backup, a superuser only
 * if that was one and a signature says so. What this role could not restore is found out; and what it may not do, such as
 * running programs, the dump's SQL can not do either, which would do it on this machine. Safe for use by any thread. To
 * cancel a call, interrupt its thread.
 */
public final class TestRestore {
    private static final Set<String> ITS_OWN = Set.of("postgres", "template0", "template1");

    /** What an empty cluster takes, and WAL. */
    private static final long ROOM_OF_A_CLUSTER = 256L * 1024 * 1024;

    private final Path folder;
    private final @Nullable Path programs;

    /**
     * Nothing is started or looked for until a method needs it.
     *
     * @param folder where the server's files are while it runs; there must be room for the database
     * @param programs the folder of PostgreSQL's programs, client's and server's; null looks for them at the usual places
     */
    public TestRestore(Path folder, @Nullable Path programs) {
        this.folder = folder;
        this.programs = programs;
    }

    /**
     * What to restore.
     *
     * @param operation the operation's id: the application name of its sessions
     * @param facts of the manifest
     * @param signed whether a key of ours has signed them; else facts and globals give no role rights over this machine
     * @param globals what pg_dumpall wrote of the roles; null if nothing was, then the roles that the facts name are made,
     *     and the one that loads is a member of them
     * @param dump the plain SQL
     * @param plainBytes the dump's length
     * @param bytesSoFar told on the calling thread how many bytes of the dump were handed to psql
     */
    public record Request(
            String operation,
            DatabaseFacts facts,
            boolean signed,
            @Nullable DumpSource globals,
            DumpSource dump,
            long plainBytes,
            LongConsumer bytesSoFar) {}

    /**
     * What arrived, and is what was backed up.
     *
     * @param tables how many tables were compared row by row
     * @param rows how many rows they have
     * @param remark what was not as on the server that was backed up, as a sentence part; empty if nothing
     */
    public record Outcome(int tables, long rows, String remark) {}

    /**
     * Finds out whether a test restore could start now.
     *
     * @throws BackupException.Unavailable the programs of the backup's major version are not here, or no server can be run
     * @throws BackupException.NoSpace the folder has less room than the database took
     */
    public void preflight(DatabaseFacts facts) throws IOException {
        PostgreSQLPrograms found = look(facts);
        List<Path> unused = List.of(found.restrictedPsql(), found.server());
    }

    private PostgreSQLPrograms look(DatabaseFacts facts) throws IOException {
        PostgreSQLPrograms found = PostgreSQLPrograms.find(programs, facts.serverMajor());
        if (!Files.isDirectory(folder)) {
            throw new BackupException.Unavailable(
                    "the folder of test restores, " + folder + ", is not there: make it, or name another one",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        long needed = facts.databaseBytes() + ROOM_OF_A_CLUSTER;
        if (free < needed) {
            throw new BackupException.NoSpace(
                    "a test restore takes up to " + needed + " bytes, and " + folder + " has " + free
                            + " left: make room, or name another folder for test restores",
                    null);
        }
        return found;
    }

    /**
     * Does it; the server and its folder are gone when this returns or throws.
     *
     * @throws BackupException.Damaged what arrived is not what the manifest says
     * @throws BackupException.Refused the SQL of the backup was not taken by the server; the line and the words are in the
     *     reasons
     * @throws BackupException.NoSpace the folder is full
     * @throws BackupException.Unavailable as {@link #preflight}; an extension of the backup is not installed here; the SQL
     *     was not taken from a plain role, and it is not signed that it was a superuser's
     * @throws InterruptedIOException the thread was interrupted; its flag is set
     * @throws IOException the backup could not be read
     */
    public Outcome run(Request request) throws IOException {
        PostgreSQLPrograms found = look(request.facts());
        Path psql = found.restrictedPsql();
        try (ThrowawayServer server = ThrowawayServer.start(found.server(), folder)) {
            String database = databaseName(request.facts());
            String loader = prepare(server, psql, request);
            String remark = create(server, psql, request, database);
            RestoreRequest restore = new RestoreRequest(
                    request.operation(),
                    request.dump(),
                    request.facts(),
                    request.plainBytes(),
                    true,
                    false,
                    false,
                    request.bytesSoFar());
            DumpLoad.Loaded loaded = new DumpLoad(server.as(loader), psql, database, restore).intoNewDatabase("");
            return new Outcome(loaded.tables(), loaded.rows(), remark);
        } catch (BackupException.Refused notTaken) {
            throw isUnprovedSuperusers(request) ? notFoundOut(notTaken) : notTaken;
        }
    }

    private static boolean isUnprovedSuperusers(Request request) {
        return !request.signed() && dumpedBy(request.facts()).superuser();
    }

    private static BackupException notFoundOut(BackupException.Refused notTaken) {
        return new BackupException.Unavailable(
                "the backup is not signed, so it was loaded without the rights of the superuser that is said to have made"
                        + " it, and " + notTaken.getMessage() + ": " + String.join("; ", notTaken.reasons())
                        + "; with BACKUP_SIGNING_KEY later backups are loaded as they were made",
                ServerFaults.RETRY_AFTER,
                notTaken);
    }

    private static String databaseName(DatabaseFacts facts) {
        return ITS_OWN.contains(facts.name()) ? "restored" : facts.name();
    }

    /** Makes the roles, and looks whether the load has what it needs; returns the role that loads. */
    private static String prepare(ThrowawayServer server, Path psql, Request request) throws IOException {
        DumpRole loader = loader(request);
        try (PsqlSession session = open(server, psql, request)) {
            for (String statement : roles(request, loader)) {
                session.sendBytes(statement);
            }
            if (!request.signed()) {
                session.send(MachineRights.REVOKE);
            }
            session.send("ALTER ROLE " + Sql.name(loader.name()) + (loader.superuser() ? " SUPERUSER" : " NOSUPERUSER")
                    + " LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD " + Sql.text(server.password())
                    + ";");
            session.sync();
            requireExtensions(session, request.facts());
            session.finish();
            return loader.name();
        } catch (BackupException.Refused notTaken) {
            throw new BackupException.Refused("the roles of the backup could not be made", notTaken.reasons());
        }
    }

    private static List<String> roles(Request request, DumpRole loader) throws IOException {
        DumpSource globals = request.globals();
        if (globals == null) {
            return RoleScript.of(request.facts(), loader.name());
        }
        List<String> all = new ArrayList<>();
        try (InputStream script = globals.open()) {
            all.addAll(RoleScript.read(script));
        }
        if (isUnprovedSuperusers(request)) {
            all.addAll(RoleScript.memberships(request.facts(), loader.name()));
        }
        return all;
    }

    private static DumpRole loader(Request request) {
        DumpRole dumpedBy = dumpedBy(request.facts());
        return new DumpRole(dumpedBy.name(), request.signed() && dumpedBy.superuser());
    }

    private static DumpRole dumpedBy(DatabaseFacts facts) {
        DumpRole dumpedBy = facts.dumpedBy();
        return dumpedBy == null ? new DumpRole(facts.owner(), false) : dumpedBy;
    }

    /** Makes the database; returns what could not be made as it was. */
    private static String create(ThrowawayServer server, Path psql, Request request, String database)
            throws IOException {
        DatabaseProperties wanted = DatabaseProperties.of(request.facts());
        int major = request.facts().serverMajor();
        try {
            execute(server, psql, request, wanted.createSql(database, -1, major));
            return "";
        } catch (BackupException.Refused noSuchLocale) {
            execute(server, psql, request, wanted.createPlainSql(database, major));
            return "sorted as in the locale C, as " + wanted.collate() + " is not known here";
        }
    }

    private static PsqlSession open(ThrowawayServer server, Path psql, Request request) throws IOException {
        PsqlSession session = PsqlSession.open(server.asSuperuser(), psql, "template1", request.operation());
        session.send("SET default_transaction_read_only = off;");
        return session;
    }

    private static void execute(ThrowawayServer server, Path psql, Request request, String sql) throws IOException {
        try (PsqlSession session = open(server, psql, request)) {
            session.send(sql + ";");
            session.sync();
            session.finish();
        }
    }

    private static void requireExtensions(PsqlSession session, DatabaseFacts facts) throws IOException {
        for (Extension extension : Extension.of(facts)) {
            String there = session.value("SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = "
                    + Sql.text(extension.name()));
            if (!there.equals("1")) {
                throw new BackupException.Unavailable(
                        "the backup has the extension " + extension.name() + " " + extension.version()
                                + ", which is not installed here: install it beside" + " PostgreSQL "
                                + facts.serverMajor() + ", where test restores run",
                        ServerFaults.RETRY_AFTER,
                        null);
            }
        }
    }
}
