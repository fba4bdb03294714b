package dev.reliability.backup.postgresql;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real PostgreSQL that tests start for themselves: a cluster in a temporary folder, on a free port of localhost, not
 * durable. It has a superuser and the role that a deployment uses, which is none, but may create databases and end
 * sessions. {@link Shared} starts one for all tests of a run; one that is to be stopped or killed is started by its
 * test. Safe for use by any thread.
 */
public final class PrivatePostgres implements AutoCloseable {
    /** The superuser. */
    public static final String SUPERUSER = "postgres";

    /** The application's role. */
    public static final String ROLE = "app";

    private static final String SUPERUSER_PASSWORD = "super-secret";
    private static final String ROLE_PASSWORD = "app-secret";
    private static final int PROGRAM_SECONDS = 60;
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String SETTINGS = """
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = off
            full_page_writes = off
            shared_buffers = 64MB
            max_connections = 60
            max_prepared_transactions = 4
            wal_level = logical
            logging_collector = off
            """;

    private final Path bin;
    private final Path folder;
    private final Path data;
    private final int port;
    private final List<String> unprivileged;
    private final Thread atExit = new Thread(this::stopQuietly, "private-postgres-stop");
    private final AtomicInteger databases = new AtomicInteger();

    private PrivatePostgres(Path bin, Path folder, int port, List<String> unprivileged) {
        this.bin = bin;
        this.folder = folder;
        this.data = folder.resolve("data");
        this.port = port;
        this.unprivileged = unprivileged;
    }

    /** Hands a server that all tests of a run share to their parameters; it is stopped after the last of them. */
    public static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == PrivatePostgres.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(PrivatePostgres.class))
                    .computeIfAbsent(PrivatePostgres.class, type -> create());
        }
    }

    /** Makes a cluster and starts it. */
    public static PrivatePostgres create() {
        try {
            return create(Files.createTempDirectory("private-postgres"), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same in a folder of one's own.
     *
     * @param folder empty
     * @param log an empty folder for the server's log (pg_wal); null to have it with the data
     */
    public static PrivatePostgres create(Path folder, @Nullable Path log) {
        try {
            List<Path> installed = installed();
            if (installed.isEmpty()) {
                throw new IllegalStateException(
                        "PostgreSQL's server and client programs are needed, and are neither in " + DEBIAN
                                + " nor on the path: install the package postgresql");
            }
            return create(installed.get(0), folder, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, of the version whose programs are in this folder. */
    static PrivatePostgres ofVersion(Path bin) {
        try {
            return create(bin, Files.createTempDirectory("private-postgres"), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrivatePostgres create(Path bin, Path folder, @Nullable Path log) {
        try {
            List<Path> files = log == null ? List.of(folder) : List.of(folder, log);
            PrivatePostgres server = new PrivatePostgres(bin, folder, freePort(), unprivileged(files));
            server.initialize(log);
            server.start();
            Runtime.getRuntime().addShutdownHook(server.atExit);
            server.execute(
                    SUPERUSER,
                    "postgres",
                    "CREATE ROLE " + ROLE + " LOGIN CREATEDB PASSWORD '" + ROLE_PASSWORD + "'",
                    "GRANT pg_signal_backend TO " + ROLE);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** The folder of the programs. */
    public Path bin() {
        return bin;
    }

    /** The password of {@link #SUPERUSER}, {@link #ROLE} or a role that a test made with its own name as password. */
    public String password(String role) {
        return switch (role) {
            case SUPERUSER -> SUPERUSER_PASSWORD;
            case ROLE -> ROLE_PASSWORD;
            default -> role;
        };
    }

    /** A configuration for the application's role. */
    public PostgreSQLConfig config(String database) {
        return config(database, ROLE);
    }

    public PostgreSQLConfig config(String database, String role) {
        return PostgreSQLConfig.builder()
                .host(host())
                .port(port)
                .user(role)
                .password(password(role))
                .database(database)
                .pgBin(bin)
                .build();
    }

    /** An empty database of the application's role, with a name of its own. */
    public String createDatabase() {
        String name = "test_" + databases.incrementAndGet() + "_"
                + Long.toString(ProcessHandle.current().pid(), 36);
        execute(SUPERUSER, "postgres", "CREATE DATABASE " + name + " OWNER " + ROLE);
        return name;
    }

    /** Opens a connection; the caller closes it. */
    public Connection connect(String role, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host() + ":" + port + "/" + database, role, password(role));
    }

    /** Executes statements, each in a transaction of its own. */
    public void execute(String role, String database, String... statements) {
        try (Connection connection = connect(role, database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of all rows, as the superuser sees it. */
    public List<String> query(String database, String sql) {
        try (Connection connection = connect(SUPERUSER, database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again after {@link #stop()} or {@link #kill()}; returns when it takes connections. */
    public void start() {
        pgCtl("-w", "-t", "30", "-l", folder.resolve("log").toString(), "start");
    }

    /** Stops it at once, as a crash of the machine would: every session is cut, nothing is written any more. */
    public void stop() {
        pgCtl("-w", "-m", "immediate", "stop");
    }

    /** Kills all processes of the server as kill -9 does. Returns when they are gone. */
    public void kill() {
        try {
            List<String> pidFile = Files.readAllLines(data.resolve("postmaster.pid"));
            ProcessHandle postmaster =
                    ProcessHandle.of(Long.parseLong(pidFile.get(0))).orElseThrow();
            List<ProcessHandle> children = postmaster.children().toList();
            // The first one first: it would begin again without the others.
            postmaster.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            postmaster.onExit().get(PROGRAM_SECONDS, TimeUnit.SECONDS);
            for (ProcessHandle child : children) {
                child.onExit().get(PROGRAM_SECONDS, TimeUnit.SECONDS);
            }
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops it and removes its folder. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        stopQuietly();
        try {
            Files.walkFileTree(folder, new Deleting());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopQuietly() {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            stop();
        }
    }

    private void initialize(@Nullable Path log) throws IOException {
        Path password = folder.resolve("password");
        Files.writeString(password, SUPERUSER_PASSWORD);
        List<String> command = new ArrayList<>(List.of(
                bin.resolve("initdb").toString(),
                "-D",
                data.toString(),
                "-U",
                SUPERUSER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + password,
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync"));
        if (log != null) {
            command.add("--waldir=" + log);
        }
        run(command.toArray(new String[0]));
        Files.writeString(data.resolve("postgresql.auto.conf"), SETTINGS + "port = " + port + "\n");
    }

    private void pgCtl(String... arguments) {
        List<String> command = new ArrayList<>(List.of(bin.resolve("pg_ctl").toString(), "-D", data.toString()));
        command.addAll(List.of(arguments));
        run(command.toArray(new String[0]));
    }

    private void run(String... command) {
        List<String> all = new ArrayList<>(unprivileged);
        all.addAll(List.of(command));
        try {
            // To a file: the server that pg_ctl starts keeps what it inherits open.
            Path output = folder.resolve("output");
            Process process = new ProcessBuilder(all)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()))
                    .start();
            if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                Path log = folder.resolve("log");
                throw new IllegalStateException(String.join(" ", all) + " failed: " + Files.readString(output)
                        + (Files.exists(log) ? Files.readString(log) : ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Where it runs as another user, that one owns the files, and we look into them. */
    private static List<String> unprivileged(List<Path> files) throws IOException {
        List<String> command = Unprivileged.command(files);
        for (Path file : files) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return command;
    }

    /** Where programs of a server and its clients are, those of the newest major version first. */
    static List<Path> installed() throws IOException {
        List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> majors = Files.list(DEBIAN)) {
                majors.sorted(Comparator.comparingInt(PrivatePostgres::major).reversed())
                        .forEach(major -> folders.add(major.resolve("bin")));
            }
        }
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            folders.add(Path.of(folder));
        }
        return folders.stream()
                .filter(folder ->
                        Files.isExecutable(folder.resolve("initdb")) && Files.isExecutable(folder.resolve("pg_dump")))
                .toList();
    }

    private static int major(Path folder) {
        String digits = folder.getFileName().toString().replaceAll("\\D.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
