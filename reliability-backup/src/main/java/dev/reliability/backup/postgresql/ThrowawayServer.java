package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that lives as long as this process wants it, and not a second longer: a new cluster in a temporary folder,
 * not durable, on no network, reached by a socket that only its own user finds. A shell watches over it and waits for the
 * end of its input, which comes when it is closed and also when this process is killed; then it ends the server and
 * removes the folder. For one thread.
 */
final class ThrowawayServer implements AutoCloseable {
    private static final int PORT = 5432;
    private static final int CLOSE_SECONDS = 30;
    private static final Patience PATIENCE = new Patience(TimeSource.system(), Duration.ofMinutes(3));

    /** What the kernel takes for the path of a socket, less the socket's own name. */
    private static final int LONGEST_FOLDER = 107 - "/.s.PGSQL.5432".length();

    /** Nothing in it has to survive anything; WAL is not written for tables that are filled in the transaction that made them. */
    private static final String SETTINGS = """
            listen_addresses = ''
            unix_socket_directories = '%s'
            unix_socket_permissions = 0700
            max_connections = 10
            fsync = off
            full_page_writes = off
            synchronous_commit = off
            wal_level = minimal
            max_wal_senders = 0
            max_wal_size = 4GB
            checkpoint_timeout = 1h
            autovacuum = off
            shared_buffers = 128MB
            maintenance_work_mem = 128MB
            max_locks_per_transaction = 1024
            logging_collector = off
            """;

    /** Whatever happens to this process, the shell comes to its last lines; a closed pipe must not end it before. */
    private static final String SCRIPT = """
            trap '' PIPE
            trap : HUP INT TERM
            umask 077
            export LC_ALL=C
            cd "$1" || exit 1
            if "$2/initdb" -D data -U "$3" --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C \\
                    --no-sync </dev/null >log 2>&1 &&
                cat settings >>data/postgresql.conf &&
                "$2/pg_ctl" -D data -l server.log -w -t 60 start </dev/null >>log 2>&1
            then
                echo ready
                read -r _
                "$2/pg_ctl" -D data -m immediate -w stop </dev/null >>log 2>&1
            else
                cat log server.log 2>/dev/null | tail -n 5
            fi
            cd / && rm -rf -- "$1"
            """;

    private static final Logger LOG = LoggerFactory.getLogger(ThrowawayServer.class);

    private final Process watch;
    private final ReadAheadInputStream said;
    private final Path folder;
    private final String password = PsqlSession.random();

    /** No backup can name it as a role of its own. */
    private final String superuser = "test_restore_" + PsqlSession.random();

    private ThrowawayServer(Path folder, Path programs) throws IOException {
        this.folder = folder;
        Path settings = folder.resolve("settings");
        Path passwordFile = folder.resolve("password");
        Files.writeString(settings, SETTINGS.formatted(folder.toString().replace("'", "''")));
        Files.writeString(passwordFile, password);
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(Child.OWN_SESSION));
        builder.command().addAll(Unprivileged.command(List.of(folder, settings, passwordFile)));
        builder.command()
                .addAll(List.of("/bin/sh", "-c", SCRIPT, "sh", folder.toString(), programs.toString(), superuser));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("PG"));
        this.watch = builder.redirectErrorStream(true).start();
        this.said = new ReadAheadInputStream(watch.getInputStream(), "the PostgreSQL for the test restore", PATIENCE);
    }

    /**
     * Starts one; it takes connections when this returns.
     *
     * @param programs the folder of initdb, pg_ctl and postgres
     * @param parent where its folder is made
     * @throws BackupException.Unavailable it does not start; its own words are in the message
     */
    static ThrowawayServer start(Path programs, Path parent) throws IOException {
        Path folder = Files.createTempDirectory(parent, "restore-");
        ThrowawayServer server;
        try {
            requireShort(folder);
            server = new ThrowawayServer(folder, programs);
        } catch (IOException | RuntimeException e) {
            delete(folder);
            throw e;
        }
        try {
            server.awaitReady();
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    ServerAddress asSuperuser() {
        return as(superuser);
    }

    /** As a role that has been given {@link #password()}. */
    ServerAddress as(String role) {
        return new ServerAddress(folder.toString(), PORT, role, password, null);
    }

    String password() {
        return password;
    }

    private void awaitReady() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(said, StandardCharsets.UTF_8));
        List<String> words = new ArrayList<>();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("ready")) {
                    return;
                }
                words.add(line.strip());
            }
        } catch (StuckException stuck) {
            words.add(String.valueOf(stuck.getMessage()));
        }
        throw new BackupException.Unavailable(
                "the PostgreSQL for the test restore does not start in " + folder.getParent() + ": "
                        + String.join("; ", words),
                ServerFaults.RETRY_AFTER,
                null);
    }

    private static void requireShort(Path folder) {
        int bytes = folder.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_FOLDER) {
            throw new BackupException.Unavailable(
                    "the path " + folder + " is too long for a socket of PostgreSQL: it has " + bytes
                            + " bytes, at most " + LONGEST_FOLDER
                            + " are taken; name a folder with a shorter path for test restores",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
    }

    /** Ends the server at once and removes its folder; returns when both are done. */
    @Override
    public void close() {
        Interrupts.shield(() -> {
            try {
                watch.getOutputStream().close();
                if (!watch.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("the PostgreSQL of a test restore has not ended for {} s: {}", CLOSE_SECONDS, folder);
                }
            } catch (IOException e) {
                LOG.warn("the PostgreSQL of a test restore may not have ended: {}", folder, e);
            } catch (InterruptedException again) {
                Thread.currentThread().interrupt();
            }
            said.close();
            delete(folder);
        });
    }

    /** What the shell has left, which is nothing unless it may not write into the folder around it. */
    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the folder of a test restore is left: {}", folder, e);
        }
    }
}
