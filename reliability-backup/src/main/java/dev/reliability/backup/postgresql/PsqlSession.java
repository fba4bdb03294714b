package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A psql that is fed through its stdin, in restricted mode from its first line on: of psql's own commands it knows none
 * any more. Transactions that the input opens itself, or falls back to, are read only; it stops at the first error. When
 * its input ends, for whatever reason, an open transaction is rolled back. For one thread; while one only sends, another
 * one may hear.
 */
final class PsqlSession implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern ERROR = Pattern.compile("psql:<stdin>:(\\d+): (?:ERROR|FATAL|error): +(.*)");

    /** A block that fits in part is told without the system's words. */
    private static final Pattern NO_SPACE =
            Pattern.compile("No space left on device|could not extend file .*: wrote only");

    private static final int SCRIPT_FAILED = 3;
    private static final int CONNECTION_LOST = 2;

    private final Child psql;
    private final String marker = random();
    private final byte[] buffer = new byte[128 * 1024];
    private int position;
    private int end;
    private int marksSent;
    private int marksHeard;
    private long linesBeforeDump;

    private PsqlSession(Child psql) {
        this.psql = psql;
    }

    static PsqlSession open(ServerAddress server, Path psql, String database, String operation) throws IOException {
        List<String> arguments = List.of(
                "--no-psqlrc",
                "--quiet",
                "--no-align",
                "--tuples-only",
                "--no-password",
                "--variable=ON_ERROR_STOP=1",
                // Details and contexts quote rows.
                "--variable=VERBOSITY=terse",
                "--file=-");
        Map<String, String> options = Map.of("default_transaction_read_only", "on", "lock_timeout", "30s");
        PsqlSession session =
                new PsqlSession(Child.start(server, psql, arguments, database, operation, options, Patience.ENDLESS));
        session.line("\\restrict " + random());
        return session;
    }

    /** Sends SQL of ours in front of the dump. */
    void line(String sql) throws IOException {
        linesBeforeDump += sql.lines().count();
        send(sql);
    }

    /** Sends SQL; what it prints is not looked at. */
    void send(String sql) throws IOException {
        send(sql, StandardCharsets.UTF_8);
    }

    /** The same; the SQL holds bytes, one a character. */
    void sendBytes(String sql) throws IOException {
        send(sql, StandardCharsets.ISO_8859_1);
    }

    private void send(String sql, Charset charset) throws IOException {
        try {
            psql.stdin().write((sql + "\n").getBytes(charset));
        } catch (ChildGoneException gone) {
            throw failure(gone);
        }
    }

    /** Where a dump is written to. It throws {@link ChildGoneException} when psql has stopped: see {@link #failure}. */
    OutputStream input() {
        return psql.stdin();
    }

    /** Returns when everything that was sent has been executed. */
    void sync() throws IOException {
        rows(new TableDigest());
    }

    /** SQL that makes psql say when it has come so far, to be heard by {@link #hearMark()}: each once, in order. */
    String mark() {
        return "SELECT '" + mark(marksSent++) + "';";
    }

    /** Returns when psql has said the next {@link #mark()}; what it prints before is not looked at. May be another thread. */
    void hearMark() throws IOException {
        hear(new TableDigest());
    }

    /** The value of an expression or a query of one row; empty for null. */
    String value(String query) throws IOException {
        return value(query, StandardCharsets.UTF_8);
    }

    /** The same; the SQL holds a dump's own bytes, one a character. */
    String valueOfBytes(String query) throws IOException {
        return value(query, StandardCharsets.ISO_8859_1);
    }

    private String value(String query, Charset charset) throws IOException {
        sync();
        send("SELECT encode(convert_to((" + query + ")::text, 'UTF8'), 'hex');", charset);
        flush();
        StringBuilder hex = new StringBuilder();
        for (int c = next(); c != '\n'; c = next()) {
            hex.append((char) c);
        }
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }

    /** Counts and hashes the rows that a COPY to stdout prints. The SQL holds a dump's own bytes, one a character. */
    TableFacts rows(String table, String copyToStdout) throws IOException {
        sync();
        send(copyToStdout + ";", StandardCharsets.ISO_8859_1);
        TableDigest digest = new TableDigest();
        rows(digest);
        return digest.facts(table);
    }

    /** Ends the session in good order. */
    void finish() throws IOException {
        try {
            psql.stdin().close();
        } catch (ChildGoneException gone) {
            throw failure(gone);
        }
        if (psql.waitFor() != 0) {
            throw failure(null);
        }
    }

    /** Why psql has stopped, in its own words. */
    BackupException failure(@Nullable IOException cause) throws IOException {
        int code = psql.endsSoon() ? psql.waitFor() : -1;
        String said = psql.errors();
        if (NO_SPACE.matcher(said).find()) {
            return new BackupException.NoSpace("the disk of the server is full: make room there, " + said, cause);
        }
        if (code == SCRIPT_FAILED) {
            return new BackupException.Refused("the dump could not be loaded", List.of(sentence(said)));
        }
        return new BackupException.Unavailable(
                (code == CONNECTION_LOST ? "psql lost its connection" : "psql ended with exit code " + code)
                        + (said.isEmpty() ? "" : ": " + said),
                ServerFaults.RETRY_AFTER,
                cause);
    }

    @Override
    public void close() {
        psql.close();
    }

    private String sentence(String said) {
        Matcher error = ERROR.matcher(said);
        if (!error.find()) {
            return said;
        }
        long line = Long.parseLong(error.group(1)) - linesBeforeDump;
        return (line > 0 ? "line " + line + " of the dump: " : "before the dump: ") + error.group(2);
    }

    private void rows(TableDigest digest) throws IOException {
        send(mark());
        flush();
        hear(digest);
    }

    private void hear(TableDigest digest) throws IOException {
        CopyLines lines = new CopyLines(digest, mark(marksHeard++).getBytes(StandardCharsets.US_ASCII));
        while (!lines.ended()) {
            fill();
            position = lines.read(buffer, position, end);
        }
    }

    private String mark(int number) {
        return marker + "_" + number;
    }

    /** Hands over what was sent. */
    void flush() throws IOException {
        try {
            psql.stdin().flush();
        } catch (ChildGoneException gone) {
            throw failure(gone);
        }
    }

    private int next() throws IOException {
        fill();
        return buffer[position++];
    }

    private void fill() throws IOException {
        if (position < end) {
            return;
        }
        position = 0;
        end = 0;
        int read;
        try {
            read = psql.stdout().read(buffer);
        } catch (ChildGoneException gone) {
            throw failure(gone);
        }
        if (read < 0) {
            throw failure(null);
        }
        end = read;
    }

    /** 128 random bits. */
    static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
