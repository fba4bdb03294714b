package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads tables back while the load goes on with the next ones: commits it piece by piece, and has a session of its own
 * beside it. For a database that nobody uses yet, and that is dropped if anything fails.
 *
 * <p>What a dump does to a table behind its rows would not be seen so early. So it is noted by which transaction they
 * were written, and {@link #isUnchanged} tells at the end whether they still are.
 */
final class EarlyReadBack implements AutoCloseable {
    /** A commit waits for the disk, so small tables share one; what is read at the end is no more than that, but for indexes. */
    private static final long PIECE = 16L << 20;

    private final PsqlSession session;
    private final String commit;
    private final Map<CopyHeader, Found> found = new ConcurrentHashMap<>();
    private final Set<CopyHeader> ended = new HashSet<>();
    private final Set<CopyHeader> inSeveralParts = new HashSet<>();
    private List<CopyHeader> piece = new ArrayList<>();
    private long committedBytes;

    private EarlyReadBack(PsqlSession session, String commit) {
        this.session = session;
        this.commit = commit;
    }

    /** What was read, and the transaction that wrote it. */
    record Found(TableFacts rows, String transaction) {}

    /**
     * Opens its session.
     *
     * @param commit SQL that commits what was loaded, and goes on
     */
    static EarlyReadBack open(ServerAddress server, Path psql, String database, String operation, String commit)
            throws IOException {
        PsqlSession session = PsqlSession.open(server, psql, database, operation);
        try {
            // As a dump's own first lines have it, which write the same names and signs differently otherwise.
            // It may wait for as long as an index is built.
            session.send("SET client_min_messages = error; SET row_security = off; SET lock_timeout = 0;"
                    + " SELECT pg_catalog.set_config('search_path', '', false),"
                    + " pg_catalog.set_config('client_encoding', pg_catalog.current_setting('server_encoding'), false);"
                    + SessionSettings.sql());
            return new EarlyReadBack(session, commit);
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * What the load is sent behind the rows of a table.
     *
     * @param bytes how many bytes of the dump were sent before
     * @throws IOException or BackupException: what an earlier table was not read by
     */
    String afterRows(CopyHeader header, long bytes, LoadListener listener) throws IOException {
        listener.requireNoFailure();
        if (!ended.add(header)) {
            inSeveralParts.add(header);
        }
        piece.add(header);
        if (bytes - committedBytes < PIECE) {
            return "";
        }
        List<CopyHeader> committed = piece;
        piece = new ArrayList<>();
        committedBytes = bytes;
        return commit + " " + listener.then(() -> read(committed));
    }

    /**
     * What the load is sent at its end, before it waits for what is still being read: that may wait for a lock that the
     * load holds.
     */
    String atEnd() {
        return commit;
    }

    private void read(List<CopyHeader> tables) throws IOException {
        for (CopyHeader header : tables) {
            if (ReadBack.isOfAllRows(session, header)) {
                String transaction = session.valueOfBytes("SELECT xmin FROM ONLY " + header.table() + " LIMIT 1");
                found.put(header, new Found(ReadBack.allRows(session, header), transaction));
            }
        }
    }

    /** What was read of a table, once the load has ended; null if it is to be read now. */
    @Nullable Found found(CopyHeader header) {
        return inSeveralParts.contains(header) ? null : found.get(header);
    }

    /**
     * Whether a table holds what was read of it, and nothing else.
     *
     * @param load the session that loads, so that nothing of it is missed
     */
    static boolean isUnchanged(CopyHeader header, Found found, PsqlSession load) throws IOException {
        long rows = found.rows().rows();
        String written = rows == 0 ? "" : " FILTER (WHERE xmin = '" + found.transaction() + "')";
        return load.valueOfBytes("SELECT count(*) = " + rows + " AND count(*)" + written + " = " + rows + " FROM ONLY "
                        + header.table())
                .equals("true");
    }

    @Override
    public void close() {
        session.close();
    }
}
