package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.postgresql.ClientProgram;
import dev.reliability.backup.postgresql.HostileDump;
import dev.reliability.backup.postgresql.HostileDump.Witness;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.PrivatePostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A live database that hostile dumps are aimed at. Its role is the one of a deployment: no superuser, the database's
 * owner, with CREATEDB and a member of pg_signal_backend; nobody else needs its password.
 */
final class HostileSite implements AutoCloseable {
    private final PrivatePostgres server;
    private final HostileDump.Target target;
    private final String innocent;
    private final String oid;
    private List<String> databases = List.of();
    private String before = "";

    HostileSite(PrivatePostgres server) throws IOException, InterruptedException {
        this.server = server;
        // psql and the server run as users of their own.
        Path folder = Files.createTempDirectory("hostile");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        String live = server.createDatabase();
        String other = server.createDatabase();
        String role = live + "_role";
        target = new HostileDump.Target(folder.resolve("witness"), live, other, role);
        server.execute(
                PrivatePostgres.SUPERUSER,
                "postgres",
                "CREATE ROLE " + role + " LOGIN CREATEDB PASSWORD '" + role + "' IN ROLE pg_signal_backend",
                "ALTER DATABASE " + live + " OWNER TO " + role,
                "ALTER DATABASE " + other + " OWNER TO " + role);
        server.execute(
                role,
                live,
                "CREATE TABLE words (id int PRIMARY KEY, word text)",
                "INSERT INTO words VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        innocent = ClientProgram.run(server, role, "pg_dump", "-d", live);
        oid = server.query("postgres", "SELECT oid FROM pg_database WHERE datname = '" + live + "'")
                .get(0);
        goOn();
    }

    /** A row comes after all backups so far, so that nothing can be restored unseen. */
    void goOn() throws IOException, InterruptedException {
        server.execute(role(), target.live(), "INSERT INTO words SELECT max(id) + 1, 'later' FROM words");
        databases = databases();
        before = ClientProgram.dump(server, target.live());
    }

    PostgreSQLConfig config() {
        return server.config(target.live(), role());
    }

    String role() {
        return target.role();
    }

    HostileDump.Target target() {
        return target;
    }

    /** A stranger's file. */
    Path file(HostileDump hostile, Path folder) throws IOException {
        return Files.writeString(folder.resolve("dump.sql"), hostile.in(innocent, target));
    }

    boolean has(Witness witness) {
        return switch (witness) {
            case FILE -> Files.exists(target.file());
            case TABLE ->
                server.query(target.other(), "SELECT to_regclass('public.planted')::text")
                                .get(0)
                        != null;
            case DATABASE ->
                server.query("postgres", "SELECT 1 FROM pg_database WHERE oid = " + oid)
                        .isEmpty();
            case ROWS ->
                server.query(target.live(), "SELECT 1 FROM words WHERE word = 'later'")
                        .isEmpty();
            case PASSWORD -> !opensByItsPassword();
            case NONE -> false;
        };
    }

    private boolean opensByItsPassword() {
        try (Connection connection = server.connect(role(), "postgres")) {
            return connection.isValid(1);
        } catch (SQLException refused) {
            return false;
        }
    }

    /** The live database is the same to the last row, there is none beside it, and nothing ran. */
    void assertUntouched() throws IOException, InterruptedException {
        for (Witness witness : Witness.values()) {
            assertThat(has(witness)).as("it left a witness: %s", witness).isFalse();
        }
        assertThat(databases()).isEqualTo(databases);
        assertThat(ClientProgram.dump(server, target.live())).isEqualTo(before);
        assertThat(target.file().getParent()).isEmptyDirectory();
    }

    private List<String> databases() {
        return server.query("postgres", "SELECT oid || ' ' || datname FROM pg_database ORDER BY oid");
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(target.file());
        Files.delete(target.file().getParent());
    }
}
