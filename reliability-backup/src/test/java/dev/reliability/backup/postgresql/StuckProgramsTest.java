package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that hang are ended; time passes quickly here, eleven minutes between any two looks at the clock. */
@ExtendWith(PrivatePostgres.Shared.class)
class StuckProgramsTest {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    StuckProgramsTest(PrivatePostgres server) {
        this.server = server;
    }

    private static final class HastyTime implements TimeSource {
        private final AtomicLong minutes = new AtomicLong();

        @Override
        public Instant now() {
            return Instant.EPOCH.plus(Duration.ofNanos(nanoTime()));
        }

        @Override
        public long nanoTime() {
            return Duration.ofMinutes(minutes.addAndGet(11)).toNanos();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec sleep 1000",
                "echo 'waiting for Godot' >&2; echo SELECT; sleep 1000",
                "\"$real\" \"$@\"; exec >&-; sleep 1000"
            })
    void a_pg_dump_that_hangs_is_ended_and_what_it_said_is_told(String script) throws IOException {
        PostgreSQLBackup backup = backup("pg_dump", script);
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_stuck")) {
            assertThatThrownBy(() -> backup.dump(snapshot, OutputStream.nullOutputStream(), bytes -> {}))
                    .isInstanceOf(BackupException.Unavailable.class)
                    .hasMessageStartingWith("pg_dump failed: nothing came from pg_dump")
                    .hasMessageContaining("for 33 min, the limit is 30 min, so it was ended")
                    .hasMessageContaining(script.contains("Godot") ? "It says: waiting for Godot" : "pg_stat_activity");
        }
        assertThat(ProcessHandle.current().descendants()).noneMatch(StuckProgramsTest::sleeps);
    }

    @Test
    void a_pg_dumpall_that_hangs_is_ended() throws IOException {
        PostgreSQLBackup backup = backup("pg_dumpall", "\"$real\" \"$@\" | head -c 100; sleep 1000");

        assertThatThrownBy(() -> backup.globals("op_stuck", OutputStream.nullOutputStream()))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("pg_dumpall failed: nothing came from pg_dumpall");
        assertThat(ProcessHandle.current().descendants()).noneMatch(StuckProgramsTest::sleeps);
    }

    private PostgreSQLBackup backup(String program, String script) throws IOException {
        PostgreSQLConfig real = server.config(server.createDatabase());
        PostgreSQLConfig config = PostgreSQLConfig.builder()
                .host(real.host())
                .port(real.port())
                .user(real.user())
                .password(real.password())
                .database(real.database())
                .pgBin(ClientProgram.around(server, folder, program, script))
                .build();
        return new PostgreSQLBackup(config, new HastyTime(), LIMIT);
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.isAlive() && process.info().commandLine().orElse("").endsWith("sleep 1000");
    }
}
