package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.ClientProgram;
import dev.reliability.backup.postgresql.PostgreSQLConfig;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL's programs are of the right version and do not do their work: scripts around the real ones fail, end early,
 * are killed, hang, or write what is no dump, or half of one.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class FaultyProgramsTest {
    private static final String HALF = "\"$real\" \"$@\" | head -c 200000; ";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    FaultyProgramsTest(PrivatePostgres server) {
        this.server = server;
    }

    /**
     * A program that does not do its work.
     *
     * @param script what it does instead; {@code $real} is the program
     * @param complaint what the operation says of it, among other things
     */
    private record Faulty(String program, String script, String complaint) {
        @Override
        public String toString() {
            return program + ": " + script;
        }
    }

    private static List<Faulty> failing() {
        return List.of(
                new Faulty("pg_dump", "echo 'out of luck' >&2; exit 1", "out of luck"),
                new Faulty("pg_dump", "exit 0", "is not there"),
                new Faulty("pg_dump", HALF + "exit 0", "cut after 200000 bytes"),
                new Faulty("pg_dump", HALF + "echo 'out of luck' >&2; exit 1", "out of luck"),
                new Faulty("pg_dump", HALF + "kill -9 $$", "cut after 200000 bytes"),
                new Faulty("pg_dump", "\"$real\" \"$@\"; echo 'out of luck' >&2; exit 1", "out of luck"),
                new Faulty("pg_dump", "\"$real\" \"$@\"; kill -9 $$", "exit code 137"),
                new Faulty(
                        "pg_dump",
                        "\"$real\" --exclude-table=filler \"$@\"",
                        "1 of 2 tables are not in it: public.filler"),
                new Faulty("pg_dump", "\"$real\" --exclude-table-data=filler \"$@\"", "not in it: public.filler"),
                new Faulty("pg_dump", "\"$real\" --schema-only \"$@\"", "2 of 2 tables"),
                new Faulty("pg_dump", "head -c 200000 /dev/zero; exit 0", "is not there"),
                new Faulty("pg_dump", "head -c 200000 /dev/urandom; exit 0", "pg_dump failed"),
                new Faulty("pg_dump", "yes 'SELECT 1;' | head -c 200000; exit 0", "is not there"),
                new Faulty("pg_dumpall", "echo 'out of luck' >&2; exit 1", "out of luck"),
                new Faulty("pg_dumpall", "\"$real\" \"$@\" | head -c 100; exit 0", "its last line is not there"),
                new Faulty("pg_dumpall", "\"$real\" \"$@\"; kill -9 $$", "exit code 137"));
    }

    private static List<Faulty> hanging() {
        return Stream.of("pg_dump", "pg_dumpall")
                .flatMap(program -> Stream.of("exec sleep 1000", HALF + "exec sleep 1000", HALF + "sleep 1000")
                        .map(script -> new Faulty(program, script, "stopped")))
                .toList();
    }

    @Test
    void whatAProgramDoesNotDo_isSaid_andMakesNoBackup() throws Exception {
        BackupSite site = BackupSite.inUse(server, folder.resolve("site"));
        for (Faulty faulty : failing()) {
            OperationStatus[] ended = new OperationStatus[1];
            List<String> listed = site.survive(faulty.toString(), on -> {
                try (BackupManager manager = managerWith(faulty, on)) {
                    ended[0] = manager.await(
                            manager.create(BackupType.FULL, BackupSite.DRILL).id());
                }
            });
            assertThat(listed).as("%s: %s", faulty, ended[0]).isEmpty();
            assertThat(ended[0].status()).as(faulty.toString()).isEqualTo(Status.FAILED);
            assertThat(ended[0].error()).as(faulty.toString()).isEqualTo("unavailable");
            assertThat(ended[0].message()).contains(faulty.program(), faulty.complaint());
        }
    }

    @Test
    void aProgramThatHangs_isEndedWithTheService_andLeavesNoProcess() throws Exception {
        BackupSite site = BackupSite.inUse(server, folder.resolve("site"));
        for (Faulty faulty : hanging()) {
            List<String> listed = site.survive(faulty.toString(), on -> {
                BackupManager manager = managerWith(faulty, on);
                OperationStatus begun = manager.create(BackupType.FULL, BackupSite.DRILL);
                FutureTask<OperationStatus> ended = new FutureTask<>(() -> manager.await(begun.id()));
                new Thread(ended, "caller").start();
                await().atMost(Duration.ofSeconds(30)).until(FaultyProgramsTest::anyHangs);
                List<ProcessHandle> children =
                        ProcessHandle.current().descendants().toList();

                manager.close();

                assertThat(ended.get(30, TimeUnit.SECONDS).status())
                        .as(faulty.toString())
                        .isEqualTo(Status.CANCELLED);
                assertThat(children).as(faulty.toString()).noneMatch(FaultyProgramsTest::sleeps);
            });
            assertThat(listed).as(faulty.toString()).isEmpty();
        }
    }

    private static boolean anyHangs() {
        return ProcessHandle.current().descendants().anyMatch(FaultyProgramsTest::sleeps);
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.isAlive()
                && process.info().command().orElse("").matches(".*/(sleep|coreutils|busybox)")
                && List.of(process.info().arguments().orElse(new String[0])).contains("1000");
    }

    private BackupManager managerWith(Faulty faulty, BackupSite on) throws IOException {
        PostgreSQLConfig real = on.database();
        PostgreSQLConfig database = PostgreSQLConfig.builder()
                .host(real.host())
                .port(real.port())
                .user(real.user())
                .password(real.password())
                .database(real.database())
                .pgBin(ClientProgram.around(
                        server, Files.createTempDirectory(folder, "bin"), faulty.program(), faulty.script()))
                .build();
        return BackupSite.manager(on.store(), database, on.objects(), TimeSource.system());
    }
}
