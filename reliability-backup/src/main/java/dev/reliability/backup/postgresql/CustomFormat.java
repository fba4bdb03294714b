package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dump in pg_dump's custom format as the plain SQL that pg_restore makes of it. Its end is reached only if pg_restore
 * ended well and the archive's own stream was read to its end without a fault. For one thread, which may be interrupted.
 */
final class CustomFormat extends InputStream {
    private static final int FAILED = 1;
    private static final int JOIN_MILLIS = 10_000;

    private final Child pgRestore;
    private final InputStream archive;
    private final Thread feeder;
    private volatile boolean abandoned;
    private volatile @Nullable IOException failure;
    private boolean ended;

    private CustomFormat(Child pgRestore, InputStream archive) {
        this.pgRestore = pgRestore;
        this.archive = archive;
        feeder = new Thread(this::feed, "pg_restore-feeder");
        feeder.setDaemon(true);
        feeder.start();
    }

    /** @param archive is closed with it, also if this fails */
    static CustomFormat open(ServerAddress server, Path program, InputStream archive, String operation)
            throws IOException {
        try {
            // It connects to no server: the SQL goes to stdout.
            Child child = Child.start(server, program, List.of("--file=-"), "", operation, Map.of(), Patience.ENDLESS);
            return new CustomFormat(child, archive);
        } catch (IOException | RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = pgRestore.stdout().read(bytes, offset, length);
        if (read < 0 && !ended) {
            requireSuccess();
            ended = true;
        }
        return read;
    }

    /** Ends pg_restore, whatever it does. */
    @Override
    public void close() {
        abandoned = true;
        pgRestore.close();
        feeder.interrupt();
        Interrupts.shield(() -> {
            try {
                feeder.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void requireSuccess() throws IOException {
        int code = pgRestore.waitFor();
        abandoned = code != 0;
        try {
            feeder.join();
        } catch (InterruptedException e) {
            throw Interrupts.during("pg_restore");
        }
        IOException broken = failure;
        if (broken != null) {
            throw broken;
        }
        if (code != 0) {
            throw failed(code, pgRestore.errors());
        }
    }

    private static BackupException failed(int code, String said) {
        if (code != FAILED) {
            return new BackupException.Unavailable(
                    "pg_restore ended with exit code " + code + (said.isEmpty() ? "" : ": " + said),
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        if (said.contains("unsupported version") || said.contains("not support")) {
            return new BackupException.Refused(
                    "the dump in custom format can not be read by the pg_restore of this server's version",
                    List.of(said
                            + "; make plain SQL of it by the pg_restore of the version that made it (pg_restore -f dump.sql"
                            + " FILE), and restore that"));
        }
        return new BackupException.Damaged("pg_restore can not read the dump: " + said, null);
    }

    private void feed() {
        try (archive) {
            try {
                archive.transferTo(pgRestore.stdin());
                pgRestore.stdin().close();
            } catch (ChildGoneException satisfied) {
                // It does not read what follows the last table; a compressed stream has its checksum there.
                byte[] rest = new byte[64 * 1024];
                while (!abandoned && archive.read(rest) >= 0) {}
            }
        } catch (IOException e) {
            failure = e;
            endInput();
        } catch (RuntimeException | Error e) {
            failure = new IOException("reading the dump failed: " + e, e);
            endInput();
        }
    }

    private void endInput() {
        try {
            pgRestore.stdin().close();
        } catch (IOException ended) {
            // It is told by what made us end the input.
        }
    }
}
