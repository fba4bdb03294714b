package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server's disk has less room than a restore needs, while the live database on it is in use; only where a test may
 * mount a small one.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class FullVolumeTest {
    /** About 80 MB, and as much of the server's log. */
    private static final String BULK =
            "bulk AS SELECT n, repeat(md5(n::text), 4) AS words FROM generate_series(1, 480000) n";

    /** A server with two databases takes half of it. */
    private static final String SMALL = "size=100m";

    private static final String LARGE = "size=500m";

    @TempDir
    static Path elsewhere;

    private static String backup = "";

    /** Of a database that its dump is much smaller than. */
    private static String backupOfView = "";

    @TempDir
    Path disk;

    /** Where the server's own log lies: when there is no room for that, it ends. */
    enum Log {
        WITH_THE_DATA,
        ELSEWHERE
    }

    @BeforeAll
    static void backUp(PrivatePostgres source) throws IOException {
        // A server runs as another user.
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
        backup = backUp(source, "CREATE TABLE " + BULK);
        backupOfView = backUp(source, "CREATE MATERIALIZED VIEW " + BULK);
    }

    private static String backUp(PrivatePostgres source, String sql) throws IOException {
        String database = source.createDatabase();
        source.execute(PrivatePostgres.ROLE, database, sql);
        try (BackupManager manager = manager(source, database)) {
            OperationStatus made = manager.await(
                    manager.create(BackupType.DATABASE, BackupSite.DRILL).id());
            assertThat(made.status()).as(made.message()).isEqualTo(Status.COMPLETED);
            return String.valueOf(made.backupId());
        }
    }

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", disk.toString()), "may not mount");
    }

    @AfterEach
    void unmount() throws Exception {
        boolean unused = run("umount", disk.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aRestoreThatDoesNotFit_isRefusedBeforeItsLoad_andWithRoomItWorks(Log log) throws Exception {
        try (PrivatePostgres server = start(log)) {
            String live = live(server);
            try (BackupManager manager = manager(server, live)) {
                for (Mode mode : Mode.values()) {
                    requireHarmless(server, live, log, mode, () -> {
                        OperationStatus ended = manager.await(manager.restore(backup, how(mode), BackupSite.DRILL)
                                .id());
                        assertThat(ended.error()).as(ended.message()).isEqualTo("no_space");
                        assertThat(ended.message())
                                .contains("has too little room, and nothing was loaded", "make room there");
                    });
                }

                assertThat(run("mount", "-o", "remount," + LARGE, disk.toString()))
                        .isTrue();
                OperationStatus restored = manager.await(manager.restore(backup, how(Mode.SWITCH), BackupSite.DRILL)
                        .id());
                assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
                assertThat(server.query(live, "SELECT count(*) FROM bulk")).containsExactly("480000");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aForeignDumpWhoseTextDoesNotFit_isRefusedBeforeItsLoad(Log log) throws Exception {
        Path foreign = foreign(backup);
        try (PrivatePostgres server = start(log)) {
            String live = live(server);
            try (BackupManager manager = manager(server, live)) {
                requireHarmless(server, live, log, Mode.SWITCH, () -> {
                    OperationStatus ended = manager.await(
                            manager.restoreFile(foreign, how(Mode.SWITCH, Risk.UNTRUSTED), BackupSite.DRILL)
                                    .id());
                    assertThat(ended.error()).as(ended.message()).isEqualTo("no_space");
                    assertThat(ended.message())
                            .contains("has too little room, and nothing was loaded: the dump has ", "make room there");
                });
            }
        }
    }

    /** What else a dump without a manifest takes is known only when it is loaded. */
    @Test
    void aLoadThatFillsTheDisk_isTakenBack_whereTheLogLiesElsewhere() throws Exception {
        Path foreign = foreign(backupOfView);
        try (PrivatePostgres server = start(Log.ELSEWHERE)) {
            String live = live(server);
            try (BackupManager manager = manager(server, live)) {
                for (Mode mode : Mode.values()) {
                    requireHarmless(server, live, Log.ELSEWHERE, mode, () -> {
                        OperationStatus ended =
                                manager.await(manager.restoreFile(foreign, how(mode, Risk.UNTRUSTED), BackupSite.DRILL)
                                        .id());
                        assertThat(ended.error()).as(ended.message()).isEqualTo("no_space");
                        assertThat(ended.message())
                                .startsWith("the disk of the server is full: make room there, ")
                                .contains("could not extend file");
                    });
                }
            }
        }
    }

    private static Path foreign(String backup) throws IOException {
        Path file = Files.createTempDirectory(elsewhere, "foreign").resolve("dump.sql.gz");
        return Files.copy(elsewhere.resolve("backups/database/backup_" + backup + ".sql.gz"), file);
    }

    private static RestoreOptions how(Mode mode, Risk... accepted) {
        return new RestoreOptions(mode, false, false, Set.of(accepted));
    }

    /** Whatever is done, the live database serves, keeps what it has and gets, and the room is there again. */
    private void requireHarmless(PrivatePostgres server, String live, Log log, Mode mode, Runnable work)
            throws Exception {
        long room = room();
        server.execute(PrivatePostgres.ROLE, live, "TRUNCATE visit");
        long served;
        try (Traffic traffic = Traffic.begin(server, live)) {
            traffic.awaitMore();
            work.run();
            traffic.awaitMore();
            served = traffic.end();
            // Whoever needs a block in the moment in which the disk is full does not get it.
            assertThat(traffic.failures())
                    .hasSizeLessThan(5)
                    .allSatisfy(failure -> assertThat(failure).containsAnyOf(expected(mode)));
            System.out.printf("%s: served %d times, failed %s%n", log, served, traffic.failures());
        }
        assertThat(server.query(live, "SELECT count(*) FROM visit")).containsExactly(Long.toString(served));
        assertThat(server.query(live, "SELECT count(*) || ' ' || sum(n) FROM document"))
                .containsExactly("1000 500500");
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '%\\_r\\_%'"))
                .isEmpty();
        // Of its log the server keeps what it needed once: a new database is written into it.
        long kept = log == Log.WITH_THE_DATA ? 32 << 20 : 2 << 20;
        await().atMost(Duration.ofSeconds(10)).until(() -> room() > room - kept);
    }

    /** In place, tables are locked one after the other, in an order that may be the opposite of a client's. */
    private static String[] expected(Mode mode) {
        return mode == Mode.IN_PLACE
                ? new String[] {"could not extend file", "deadlock detected"}
                : new String[] {"could not extend file"};
    }

    private PrivatePostgres start(Log log) throws IOException {
        return PrivatePostgres.create(
                Files.createDirectory(disk.resolve("server")),
                log == Log.ELSEWHERE ? Files.createTempDirectory(elsewhere, "log") : null);
    }

    private static String live(PrivatePostgres server) {
        String live = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                live,
                "CREATE TABLE document AS SELECT n FROM generate_series(1, 1000) n",
                Traffic.TABLE);
        // Else the files of the new database get their blocks later, and it looks as if room were lost.
        server.execute(PrivatePostgres.SUPERUSER, live, "CHECKPOINT");
        return live;
    }

    private static BackupManager manager(PrivatePostgres server, String database) throws IOException {
        ObjectStore repository = LocalObjectStore.open(elsewhere.resolve("backups"));
        ObjectStore objects = LocalObjectStore.open(elsewhere.resolve("objects"));
        return BackupSite.manager(repository, server.config(database), objects, TimeSource.system());
    }

    private long room() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
