package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import dev.reliability.backup.postgresql.ClientProgram;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.RestorePlan;
import dev.reliability.core.storage.LocalObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that pg_dump made for somebody else: recognized by what is in it, and looked through before it is loaded. */
@ExtendWith(PrivatePostgres.Shared.class)
class ForeignDumpTest {
    private static final Caller ALICE = new Caller("alice");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private BackupManager backups;

    ForeignDumpTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void someTablesAndALargeObject() throws IOException {
        database = server.createDatabase();
        backups = BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(server.config(database))
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .build();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE document (id int PRIMARY KEY, title text)",
                "INSERT INTO document SELECT g, 'title ' || g FROM generate_series(1, 2000) g",
                "CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS $$ SELECT 'COMMIT;' $$",
                "SELECT lo_from_bytea(4242, 'COMMIT;')");
    }

    @AfterEach
    void close() {
        backups.close();
    }

    static Stream<Arguments> formats() {
        Stream<Arguments> switched = Stream.of("plain", "custom")
                .flatMap(format -> Stream.of("", "gzip", "zstd", "pzstd")
                        .map(compression -> Arguments.of(format, compression, Mode.SWITCH)));
        Stream<Arguments> inPlace = Stream.of("", "zstd").map(each -> Arguments.of("custom", each, Mode.IN_PLACE));
        return Stream.concat(switched, inPlace);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void eachFormatIsRecognizedByItsContent_andAllOfItComesBack(String format, String compression, Mode mode)
            throws Exception {
        Path file = folder.resolve("a name that tells nothing");
        Files.write(file, compressed(compression, Files.readAllBytes(dump(database, "--format=" + format))));
        String before = ClientProgram.dump(server, database);
        server.execute(PrivatePostgres.ROLE, database, "DROP TABLE document", "SELECT lo_unlink(4242)");

        RestorePlan plan = backups.planFile(file, trusting(mode));
        OperationStatus restored = restored(file, mode);

        assertThat(plan.obstacles()).isEmpty();
        assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
        assertThat(ClientProgram.dump(server, database)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar", "directory"})
    void aFormatThatIsNotRead_isNamed_andTheLineThatIsToldMakesOneThatIs(String format) throws Exception {
        Path file = dump(database, "--format=" + format);

        assertSameRefusal(file, "is in pg_dump's " + format + " format", "pg_restore -f dump.sql dump");

        Path sql = folder.resolve("dump.sql");
        ClientProgram.run(server, PrivatePostgres.ROLE, "pg_restore", "-f", sql.toString(), file.toString());
        assertThat(restored(sql, Mode.SWITCH).status()).isEqualTo(Status.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "custom"})
    void aFileThatIsCut_isRefusedByPlanAndRestore_beforeAnythingIsMade(String format) throws Exception {
        byte[] whole = Files.readAllBytes(dump(database, "--format=" + format));
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 200));
        Path cutZip = folder.resolve("cut.gz");
        byte[] zipped = compressed("gzip", whole);
        Files.write(cutZip, Arrays.copyOf(zipped, zipped.length - 4));
        for (Path file : List.of(cut, cutZip)) {
            assertThatThrownBy(() -> backups.planFile(file, trusting(Mode.SWITCH)))
                    .isInstanceOf(BackupException.Damaged.class)
                    .hasMessageStartingWith(file + " can not be restored: ");
            OperationStatus restored = restored(file, Mode.SWITCH);
            assertThat(restored.error()).isEqualTo("damaged");
            assertThat(restored.message()).startsWith(file + " can not be restored: ");
            assertThat(steps()).as("no journal: nothing was begun").isEmpty();
        }
    }

    @Test
    void anArchiveOfANewerVersion_isRefused_andSaysWhoReadsIt() throws Exception {
        byte[] archive = Files.readAllBytes(dump(database, "--format=custom"));
        archive[6] = 99;
        Path newer = Files.write(folder.resolve("newer"), archive);

        assertSameRefusal(newer, "unsupported version (1.99)", "pg_restore of the version that made it");
    }

    @Test
    void withoutTrust_noProgramIsHandedTheFile() throws Exception {
        Path custom = Files.writeString(folder.resolve("custom"), "PGDMP that pg_restore would complain about");

        assertThat(backups.planFile(custom, RestoreOptions.defaults()).obstacles())
                .singleElement()
                .asString()
                .contains("--trust");
        assertThatThrownBy(() -> backups.restoreFile(custom, RestoreOptions.defaults(), ALICE))
                .isInstanceOf(BackupException.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "custom"})
    void rolesThatAreMissingOrOutOfReach_areAllNamedInAdvance_byPlanAndRestore(String format) throws Exception {
        String other = server.createDatabase();
        String name = other + "_" + format;
        superuser(
                "postgres",
                "CREATE ROLE " + name + "_owner",
                "CREATE ROLE \"" + name + " Reader\"",
                "CREATE ROLE " + name + "_tenant",
                "CREATE ROLE " + name + "_stranger");
        superuser(
                other,
                "CREATE SCHEMA s AUTHORIZATION " + name + "_owner",
                "CREATE TABLE s.t (a int)",
                "ALTER TABLE s.t OWNER TO " + name + "_stranger",
                "GRANT SELECT ON s.t TO \"" + name + " Reader\"",
                "CREATE POLICY p ON s.t TO " + name + "_tenant",
                "CREATE TABLE public.rows (a text)",
                "ALTER TABLE public.rows OWNER TO app",
                "INSERT INTO public.rows VALUES ('ALTER TABLE x OWNER TO nobody;')");
        Path file = dump(other, "--format=" + format);
        Path without = folder.resolve("without");
        if (format.equals("plain")) {
            ClientProgram.dump(server, PrivatePostgres.SUPERUSER, other, without, "--no-owner", "--no-privileges");
        } else {
            String[] options = {"--no-owner", "--no-privileges", "-f", without.toString(), file.toString()};
            ClientProgram.run(server, PrivatePostgres.SUPERUSER, "pg_restore", options);
        }
        superuser(
                other,
                "DROP POLICY p ON s.t",
                "DROP SCHEMA s CASCADE",
                "DROP ROLE " + name + "_owner, \"" + name + " Reader\", " + name + "_tenant");

        List<String> reasons = assertSameRefusal(
                file,
                "the role " + name + "_owner owns something in the dump, and the server does not have it: CREATE ROLE",
                "the role " + name + "_stranger owns something in the dump, and the role app is no member of it:"
                        + " GRANT \"" + name + "_stranger\" TO \"app\"",
                "the role " + name + " Reader is named in the dump's privileges, and the server does not have it",
                "the role " + name + "_tenant is named in a policy or a user mapping of the dump",
                "--no-owner --no-privileges");
        assertThat(reasons.toString()).doesNotContain("nobody").doesNotContain("role app owns");

        // What it says to do helps.
        superuser("postgres", "CREATE ROLE " + name + "_tenant");
        assertThat(restored(without, Mode.SWITCH).status()).isEqualTo(Status.COMPLETED);
        superuser(
                "postgres",
                "CREATE ROLE " + name + "_owner",
                "CREATE ROLE \"" + name + " Reader\"",
                "GRANT " + name + "_owner TO app",
                "GRANT " + name + "_stranger TO app");
        assertThat(backups.planFile(file, trusting(Mode.SWITCH)).obstacles()).isEmpty();
    }

    @Test
    void anExtensionWithoutItsFiles_andAChangeOfTheSessionsRole_areNamedInAdvance() throws Exception {
        Path file = dump(database, "--use-set-session-authorization", "--format=plain");
        String sql = Files.readString(file);
        Files.writeString(
                file,
                sql.replaceFirst(
                        "\nCREATE ",
                        "\nCREATE EXTENSION IF NOT EXISTS \"not-there\" WITH SCHEMA public;\n"
                                + "SET SESSION AUTHORIZATION 'postgres';\n$0"));

        assertSameRefusal(
                file,
                "the dump has the extension not-there, and the server does not have its files: install the package that"
                        + " brings it",
                "the dump becomes the role postgres by SET SESSION AUTHORIZATION, which only a superuser may");
    }

    @Test
    void zstdWithoutItsLibrary_isRefused_andTheLibraryIsNamed() throws Exception {
        Path file = Files.write(folder.resolve("dump.zst"), Zstd.compress(new byte[100]));
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("zstd-jni")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> type = without.loadClass(ForeignDump.class.getName());
            Constructor<?> constructor = type.getDeclaredConstructor(Path.class);
            constructor.setAccessible(true);
            Method read = type.getDeclaredMethod("requireReadable");
            read.setAccessible(true);
            Object dump = constructor.newInstance(file);

            Throwable refused = catchThrowable(() -> read.invoke(dump)).getCause();

            assertThat(refused).hasMessageContaining(file + " can not be read here");
            assertThat(refused.getClass().getMethod("reasons").invoke(refused).toString())
                    .contains("com.github.luben:zstd-jni");
        }
    }

    /** Refused by the plan and by the restore, in the same words, and nothing is made; returns the plan's obstacles. */
    private List<String> assertSameRefusal(Path file, String... words) throws Exception {
        List<String> databases = databases();
        List<String> obstacles = backups.planFile(file, trusting(Mode.SWITCH)).obstacles();
        String refusal;
        try {
            OperationStatus ended = restored(file, Mode.SWITCH);
            assertThat(ended.error()).isEqualTo("refused");
            refusal = ended.message();
        } catch (BackupException.Refused refused) {
            refusal = Failures.sentence(refused);
        }
        assertThat(String.join("\n", obstacles)).contains(words);
        assertThat(refusal).contains(obstacles);
        assertThat(databases()).isEqualTo(databases);
        assertThat(steps()).doesNotContain("scratch_created");
        return obstacles;
    }

    private OperationStatus restored(Path file, Mode mode) {
        return backups.await(backups.restoreFile(file, trusting(mode), ALICE).id());
    }

    private Path dump(String of, String... options) throws Exception {
        return ClientProgram.dump(server, PrivatePostgres.SUPERUSER, of, folder.resolve("dump"), options);
    }

    private void superuser(String in, String... statements) {
        server.execute(PrivatePostgres.SUPERUSER, in, statements);
    }

    private List<String> databases() {
        return server.query("postgres", "SELECT datname FROM pg_database ORDER BY oid");
    }

    /** What the journals of the repository tell. */
    private String steps() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder.resolve("backups"))) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("journal"))
                    .toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static RestoreOptions trusting(Mode mode) {
        return new RestoreOptions(mode, false, false, Set.of(Risk.UNTRUSTED));
    }

    private static byte[] compressed(String compression, byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (compression) {
            case "gzip" -> {
                try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                    zip.write(plain);
                }
            }
            case "zstd" -> out.write(Zstd.compress(plain));
            case "pzstd" -> {
                // Frames, with one before each that readers skip and that holds its length.
                for (int from = 0; from < plain.length; from += 10_000) {
                    byte[] frame =
                            Zstd.compress(Arrays.copyOfRange(plain, from, Math.min(plain.length, from + 10_000)));
                    out.write(new byte[] {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0});
                    out.write(
                            new byte[] {(byte) frame.length, (byte) (frame.length >> 8), (byte) (frame.length >> 16), 0
                            });
                    out.write(frame);
                }
            }
            default -> out.write(plain);
        }
        return out.toByteArray();
    }
}
