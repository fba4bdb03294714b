package dev.reliability.deployment.postgres;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.Shell;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A PostgreSQL of this test's own, as run-local.sh makes it; its superuser comes in by TCP too, with a password. */
final class PrivateServer implements AutoCloseable {
    private static final String LIBRARIES = """
            set -eu
            root=$2
            for part in messages tools ports processes postgres; do . "$root/scripts/lib/$part.sh"; done
            pg_open "$1"
            """;
    private static final String START = LIBRARIES + """
            pg_create
            pg_start
            printf "ALTER ROLE postgres PASSWORD '%s';\\n" "$3" |
                as_pg "$pg_bin/psql" -X -q -h "$pg_socket" -p "$pg_port" -U postgres -d postgres -f -
            printf '\\n%s\\n%s\\n' "$pg_bin" "$pg_port"
            """;

    private final Path folder;
    private final String programs;
    private final String port;

    /** Of the superuser, with all that a shell or SQL could take for its own. */
    static final String PASSWORD = "it's \\ \"$x\" % secret";

    private PrivateServer(Path folder, String programs, String port) {
        this.folder = folder;
        this.programs = programs;
        this.port = port;
    }

    static PrivateServer start(Path folder) {
        Shell.Result started = shell(START, folder);
        if (started.exitCode() != 0) {
            throw new IllegalStateException(started.output());
        }
        String[] lines = started.output().strip().split("\n", -1);
        return new PrivateServer(folder, lines[lines.length - 2], lines[lines.length - 1]);
    }

    private static Shell.Result shell(String script, Path folder) {
        return Shell.run(
                Map.of(),
                "sh",
                "-c",
                script,
                "sh",
                folder.toString(),
                Project.path(".").toString(),
                PASSWORD.replace("'", "''"));
    }

    String port() {
        return port;
    }

    /** What a process needs to find psql. */
    Map<String, String> path() {
        return Map.of("PATH", programs + ":" + System.getenv("PATH"));
    }

    /** What psql answers, in plain lines, to somebody who logs in with a password. */
    Shell.Result query(String user, String password, String database, String sql) {
        Map<String, String> environment = new HashMap<>(path());
        environment.put("PGPASSWORD", password);
        return Shell.feed(
                environment,
                sql,
                "psql",
                "-X",
                "-w",
                "-q",
                "-t",
                "-A",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                "127.0.0.1",
                "-p",
                port,
                "-U",
                user,
                "-d",
                database,
                "-f",
                "-");
    }

    @Override
    public void close() {
        Shell.Result stopped = shell(LIBRARIES + "pg_stop\n", folder);
        if (stopped.exitCode() != 0) {
            throw new IllegalStateException(stopped.output());
        }
    }
}
