package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL's own programs, as people run them: without any of our code between them and the server. */
public final class ClientProgram {
    private ClientProgram() {}

    /** What libpq and a shell need to reach this server as a role, its programs first on the path. */
    public static Map<String, String> environment(PrivatePostgres server, String role) {
        return Map.of(
                "PGHOST", server.host(),
                "PGPORT", String.valueOf(server.port()),
                "PGUSER", role,
                "PGPASSWORD", server.password(role),
                "PATH", server.bin() + File.pathSeparator + System.getenv("PATH"));
    }

    /**
     * Fills a folder with the server's programs, one of them replaced.
     *
     * @param script what it does instead, unless it is asked for its version; {@code $real} is the program
     * @return the folder
     */
    public static Path around(PrivatePostgres server, Path bin, String program, String script) throws IOException {
        for (String each : List.of("pg_dump", "pg_dumpall", "psql", "pg_restore")) {
            Path file = Files.writeString(bin.resolve(each), """
                    #!/bin/sh
                    real='%s'
                    [ "$1" = --version ] && exec "$real" "$@"
                    %s
                    """.formatted(
                            server.bin().resolve(each), each.equals(program) ? script : "exec \"$real\" \"$@\""));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }

    /** Executes a file of the test's resources, statement by statement, up to the first error. */
    static void execute(PrivatePostgres server, String role, String database, String resource) throws Exception {
        Path file = Path.of(ClientProgram.class.getResource(resource).toURI());
        run(
                server,
                role,
                "psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-o",
                "/dev/null",
                "-d",
                database,
                "-f",
                "" + file);
    }

    /** A database as the superuser's pg_dump prints it, its own properties included, without the key of the run. */
    public static String dump(PrivatePostgres server, String database) throws IOException, InterruptedException {
        return run(server, PrivatePostgres.SUPERUSER, "pg_dump", "--create", "-d", database)
                .replaceAll("(?m)^\\\\(un)?restrict .*$", "");
    }

    /** A database as pg_dump writes it into a file for a role. */
    public static Path dump(PrivatePostgres server, String role, String database, Path file, String... options)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--file=" + file, "-d", database));
        run(server, role, "pg_dump", arguments.toArray(String[]::new));
        return file;
    }

    /**
     * What a program prints that must end well.
     *
     * @param program its name; or its path, if it is another version's than the server's
     */
    public static String run(PrivatePostgres server, String role, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(server.bin().resolve(program).toString()));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("program", ".stderr");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment(server, role));
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        Files.delete(errors);
        return out;
    }
}
