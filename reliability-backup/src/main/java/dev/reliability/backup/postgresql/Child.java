package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A running program of PostgreSQL's. The password goes by the environment, which only its own user can read; what it
 * says on stderr is kept in bounds. {@link #close()} leaves nothing of it behind, whatever state it is in. For one
 * thread, which may be interrupted in every call.
 */
final class Child implements AutoCloseable {
    private static final int LONGEST_STDERR = 8 * 1024;
    private static final int CLOSE_SECONDS = 10;

    /**
     * What a terminal sends when somebody presses Ctrl-C goes to all that runs in front, and these programs would end
     * before we have begun to cancel: it would look like a failure. {@code setsid} becomes the program; where it is not
     * installed, they stay in front.
     */
    static final List<String> OWN_SESSION =
            SearchPath.find("setsid").map(Path::toString).stream().toList();

    private final String name;
    private final Process process;
    private final String password;
    private final Patience patience;
    private final ReadAheadInputStream stdout;
    private final WriteBehindOutputStream stdin;
    private final Thread stderrReader;
    private final Tail stderr = new Tail();

    private Child(String name, Process process, String password, Patience patience) {
        this.name = name;
        this.process = process;
        this.password = password;
        this.patience = patience;
        stdout = new ReadAheadInputStream(process.getInputStream(), name + "-stdout", patience);
        stdin = new WriteBehindOutputStream(process.getOutputStream(), name + "-stdin");
        stderrReader = new Thread(this::readStderr, name + "-stderr");
        stderrReader.setDaemon(true);
        stderrReader.start();
    }

    /**
     * Starts a program with the session settings that dumps and comparisons share.
     *
     * @param database for the environment, so that no name is taken for a connection string
     * @param serverOptions more settings of the session, by name
     * @param patience with its output and its end
     */
    static Child start(
            ServerAddress server,
            Path program,
            List<String> arguments,
            String database,
            String applicationName,
            Map<String, String> serverOptions,
            Patience patience)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().addAll(OWN_SESSION);
        builder.command().add(program.toString());
        builder.command().addAll(arguments);
        Map<String, String> environment = builder.environment();
        // What the surroundings set for libpq must not lead elsewhere.
        environment.keySet().removeIf(variable -> variable.startsWith("PG"));
        environment.put("PGHOST", server.host());
        environment.put("PGPORT", Integer.toString(server.port()));
        environment.put("PGUSER", server.user());
        environment.put("PGPASSWORD", server.password());
        environment.put("PGDATABASE", database);
        environment.put("PGAPPNAME", applicationName);
        environment.put("PGCONNECT_TIMEOUT", "5");
        environment.put("PGTZ", "UTC");
        environment.put("PGOPTIONS", SessionSettings.options(serverOptions));
        environment.put("LC_ALL", "C");
        String sslMode = server.sslMode();
        if (sslMode != null) {
            environment.put("PGSSLMODE", sslMode);
        }
        return new Child(program.getFileName().toString(), builder.start(), server.password(), patience);
    }

    InputStream stdout() {
        return stdout;
    }

    /** Bounded and in the background: an error may show at a later call. */
    OutputStream stdin() {
        return stdin;
    }

    /**
     * Waits until it has ended; its exit code.
     *
     * @throws StuckException it does not end
     */
    int waitFor() throws IOException {
        try {
            int code = patience.await(
                    name + ", whose output is at its end,",
                    millis -> process.waitFor(millis, TimeUnit.MILLISECONDS) ? process.exitValue() : null);
            stderrReader.join();
            return code;
        } catch (InterruptedException e) {
            throw Interrupts.during(name);
        }
    }

    /** Waits a moment for an end that is expected; whether it has ended. */
    boolean endsSoon() throws IOException {
        try {
            boolean ended = process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (ended) {
                stderrReader.join();
            }
            return ended;
        } catch (InterruptedException e) {
            throw Interrupts.during(name);
        }
    }

    /** What it said on stderr, its last kilobytes, without the password. */
    String errors() {
        String text = stderr.text().strip();
        return password.isEmpty() ? text : text.replace(password, "***");
    }

    /** Kills it with its children if it still runs. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        stdin.abandon();
        stdout.close();
        Interrupts.shield(() -> {
            try {
                // A killed child is gone at once; not waiting for it for ever is for uninterruptible disk sleep.
                process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void readStderr() {
        byte[] bytes = new byte[4096];
        try (InputStream in = process.getErrorStream()) {
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                stderr.append(new String(bytes, 0, read, StandardCharsets.UTF_8));
            }
        } catch (IOException killed) {
            stderr.append(" (the rest of its messages is lost)");
        }
    }

    /** The end of a text of any length. */
    private static final class Tail {
        private String text = "";

        synchronized void append(String more) {
            String all = text + more;
            text = all.substring(Math.max(0, all.length() - LONGEST_STDERR));
        }

        synchronized String text() {
            return text;
        }
    }
}
