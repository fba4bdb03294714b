package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** pg_dump's custom format on its way into the database, and each way in which it goes wrong there. */
@ExtendWith(PrivatePostgres.Shared.class)
class CustomFormatTest {
    private static final String OPERATION = "op_custom";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String live = "";
    private byte[] archive = {};
    private String before = "";

    CustomFormatTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void someDocumentsInAnArchive() throws Exception {
        live = TestDatabases.documents(server);
        archive = Files.readAllBytes(
                ClientProgram.dump(server, PrivatePostgres.ROLE, live, folder.resolve("dump"), "--format=custom"));
        server.execute(PrivatePostgres.ROLE, live, "UPDATE documents SET name = 'later'", "CREATE TABLE later ()");
        before = ClientProgram.dump(server, live);
    }

    @ParameterizedTest
    @EnumSource
    void an_archive_that_is_cut_between_the_survey_and_the_load_is_not_committed(Mode mode) throws Exception {
        byte[] cut = Arrays.copyOf(archive, archive.length - 1);

        assertThatThrownBy(() -> load(mode, restore(server.bin()), new ByteArrayInputStream(cut)))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("nothing was restored: pg_restore can not read the dump")
                .hasMessageContaining("could not read from input file: end of file");
        assertUnchanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 1", "exit 3", "kill -9 $$"})
    void a_pg_restore_that_prints_all_and_fails_is_not_committed(String end) throws Exception {
        Path bin = ClientProgram.around(server, folder, "pg_restore", "\"$real\" \"$@\"; " + end);

        assertThatThrownBy(() -> load(Mode.IN_PLACE, restore(bin), new ByteArrayInputStream(archive)))
                .isInstanceOfAny(BackupException.Damaged.class, BackupException.Unavailable.class)
                .hasMessageContaining("pg_restore");
        assertUnchanged();
    }

    /** pg_restore does not read what follows the last table, and a compressed archive has its checksum there. */
    @Test
    void a_stream_that_breaks_after_the_last_table_is_not_committed() throws Exception {
        InputStream breaks =
                new FilterInputStream(new ByteArrayInputStream(Arrays.copyOf(archive, archive.length + 2_000_000))) {
                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        int read = super.read(bytes, offset, length);
                        if (read < 0) {
                            throw new ZipException("wrong checksum");
                        }
                        return read;
                    }
                };

        assertThatThrownBy(() -> load(Mode.IN_PLACE, restore(server.bin()), breaks))
                .hasMessageContaining("wrong checksum");
        assertUnchanged();
    }

    @Test
    void an_interrupt_ends_pg_restore_and_whoever_feeds_it_while_the_archive_does_not_come() throws Exception {
        CountDownLatch head = new CountDownLatch(1);
        InputStream hangs = new FilterInputStream(new ByteArrayInputStream(archive, 0, 200)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = super.read(bytes, offset, length);
                if (read < 0) {
                    head.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        return -1;
                    }
                }
                return read;
            }
        };
        try (InputStream sql = restore(server.bin()).plainSql(hangs, OPERATION)) {
            head.await();
            // Until then it is the program that gives it a session of its own.
            Awaitility.await().until(() -> running() == 1);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> sql.readAllBytes()).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(running()).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("pg_restore-feeder");
    }

    @Test
    void a_pg_restore_that_is_missing_is_named() throws IOException {
        Path bin = ClientProgram.around(server, folder, "psql", "exec \"$real\" \"$@\"");
        Files.delete(bin.resolve("pg_restore"));

        assertThatThrownBy(() -> restore(bin).plainSql(new ByteArrayInputStream(archive), OPERATION))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("pg_restore, which was not found in " + bin)
                .hasMessageContaining("PG_BIN");
    }

    private PostgreSQLRestore restore(Path bin) {
        PostgreSQLConfig right = server.config(live);
        return new PostgreSQLRestore(
                PostgreSQLConfig.builder()
                        .host(right.host())
                        .port(right.port())
                        .user(right.user())
                        .password(right.password())
                        .database(live)
                        .pgBin(bin)
                        .build(),
                TimeSource.system());
    }

    private static void load(Mode mode, PostgreSQLRestore restore, InputStream archive) throws IOException {
        RestoreRequest request = new RestoreRequest(
                OPERATION, () -> restore.plainSql(archive, OPERATION), null, -1, false, false, false, bytes -> {});
        if (mode == Mode.SWITCH) {
            restore.switchTo(request, new RecordedSteps());
        } else {
            restore.inPlace(request, new RecordedSteps());
        }
    }

    private void assertUnchanged() throws Exception {
        assertThat(ClientProgram.dump(server, live)).isEqualTo(before);
        assertThat(running()).isZero();
    }

    private static long running() {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().command().orElse("").endsWith("pg_restore"))
                .count();
    }
}
