package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's own programs, which means those of its major version: a newer pg_dump writes SQL that the server does
 * not know, and an older one refuses to work.
 *
 * @param folder where they are
 * @param version of pg_dump, such as {@code 15.18}
 */
record PostgreSQLPrograms(Path folder, String version) {
    private static final List<String> NAMES = List.of("pg_dump", "pg_dumpall", "psql");
    private static final List<String> SERVER_NAMES = List.of("initdb", "pg_ctl", "postgres");
    private static final Pattern VERSION = Pattern.compile("\\) ((\\d+)(?:\\.(\\d+))?\\S*)");
    private static final int VERSION_SECONDS = 20;

    /** The first minor version of each major one whose psql can be restricted. */
    private static final Map<Integer, Integer> RESTRICTED_SINCE = Map.of(13, 22, 14, 19, 15, 14, 16, 10, 17, 6);

    /**
     * Looks for them.
     *
     * @throws BackupException.Unavailable naming each place and what was found there
     */
    static PostgreSQLPrograms find(PostgreSQLConfig config, int serverMajor) {
        return find(config.pgBin(), serverMajor);
    }

    /**
     * Looks for them.
     *
     * @param pgBin where alone to look; null for the usual places
     */
    static PostgreSQLPrograms find(@Nullable Path pgBin, int serverMajor) {
        List<String> found = new ArrayList<>();
        for (Path folder : folders(pgBin, serverMajor)) {
            List<String> missing = NAMES.stream()
                    .filter(name -> !Files.isExecutable(folder.resolve(name)))
                    .toList();
            if (missing.size() == NAMES.size()) {
                found.add(folder + " (none of them)");
                continue;
            }
            if (!missing.isEmpty()) {
                found.add(folder + " (without " + String.join(", ", missing) + ")");
                continue;
            }
            String version = version(folder.resolve("pg_dump"));
            if (major(version) == serverMajor) {
                return new PostgreSQLPrograms(folder, version);
            }
            found.add(folder + " (version " + (version.isEmpty() ? "unknown" : version) + ")");
        }
        throw new BackupException.Unavailable(
                "the server is PostgreSQL " + serverMajor + ", and its pg_dump, pg_dumpall and psql were not found: "
                        + String.join("; ", found) + ". Install postgresql-client-" + serverMajor
                        + ", or name their folder by PG_BIN",
                ServerFaults.RETRY_AFTER,
                null);
    }

    Path pgDump() {
        return folder.resolve("pg_dump");
    }

    Path pgDumpall() {
        return folder.resolve("pg_dumpall");
    }

    /**
     * pg_restore, which only a dump in another format than plain SQL needs.
     *
     * @throws BackupException.Unavailable it is not there
     */
    Path pgRestore() {
        Path program = folder.resolve("pg_restore");
        if (!Files.isExecutable(program)) {
            throw new BackupException.Unavailable(
                    "a dump in custom format is read by pg_restore, which was not found in " + folder
                            + ". Install postgresql-client-" + major(version) + ", or name its folder by PG_BIN",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        return program;
    }

    /**
     * psql, if it knows its restricted mode: a dump must not reach the machine that it is restored on.
     *
     * @throws BackupException.Unavailable it is too old; the message names the version needed
     */
    Path restrictedPsql() {
        Path psql = folder.resolve("psql");
        String psqlVersion = version(psql);
        if (!knowsRestrict(psqlVersion)) {
            Integer since = RESTRICTED_SINCE.get(major(psqlVersion));
            throw new BackupException.Unavailable(
                    psql + " is version " + psqlVersion + ", which can not be restricted while it loads a dump; "
                            + (since == null ? "13.22" : major(psqlVersion) + "." + since) + " or newer is needed",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        return psql;
    }

    /**
     * The folder of the programs that make and run a server.
     *
     * @throws BackupException.Unavailable one of them is not in it; the message says what to install
     */
    Path server() {
        List<String> missing = SERVER_NAMES.stream()
                .filter(name -> !Files.isExecutable(folder.resolve(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new BackupException.Unavailable(
                    "a test restore starts a PostgreSQL " + major(version) + " of its own, and "
                            + String.join(", ", missing)
                            + " were not found in " + folder + ". Install postgresql-" + major(version)
                            + ", or name the folder of its programs by PG_BIN",
                    ServerFaults.RETRY_AFTER,
                    null);
        }
        return folder;
    }

    /** Whether psql of this version knows {@code \restrict}. */
    static boolean knowsRestrict(String version) {
        Matcher matcher = VERSION.matcher(") " + version);
        if (!matcher.lookingAt()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(2));
        int minor = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        Integer since = RESTRICTED_SINCE.get(major);
        return since == null ? major > 17 : minor >= since;
    }

    private static List<Path> folders(@Nullable Path pgBin, int major) {
        if (pgBin != null) {
            return List.of(pgBin);
        }
        List<Path> folders = new ArrayList<>();
        for (String usual : List.of(
                "/usr/lib/postgresql/" + major + "/bin",
                "/usr/pgsql-" + major + "/bin",
                "/usr/libexec/postgresql" + major,
                "/usr/local/pgsql/bin",
                "/opt/homebrew/opt/postgresql@" + major + "/bin",
                "/usr/local/opt/postgresql@" + major + "/bin")) {
            folders.add(Path.of(usual));
        }
        SearchPath.folders().stream()
                .filter(folder -> !folders.contains(folder))
                .forEach(folders::add);
        return folders;
    }

    private static int major(String version) {
        Matcher matcher = VERSION.matcher(") " + version);
        return matcher.lookingAt() ? Integer.parseInt(matcher.group(2)) : -1;
    }

    /** What the program says that it is, such as {@code 15.18}; empty if it does not say. */
    private static String version(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            try {
                if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
                    return "";
                }
                String said = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
                Matcher matcher = VERSION.matcher(said);
                return matcher.find() ? matcher.group(1) : "";
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException notRunnable) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException.Unavailable(
                    "interrupted while asking " + program + " for its version", ServerFaults.RETRY_AFTER, e);
        }
    }
}
