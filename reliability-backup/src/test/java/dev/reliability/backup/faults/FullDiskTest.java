package dev.reliability.backup.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.FaultyObjectStore;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk of the repository is full after each tenth of a backup; only where a test may mount a small one. */
@ExtendWith(PrivatePostgres.Shared.class)
class FullDiskTest {
    private final PrivatePostgres server;

    @TempDir
    Path disk;

    FullDiskTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()), "may not mount");
    }

    @AfterEach
    void unmount() throws Exception {
        boolean unused = run("umount", disk.toString());
    }

    @ParameterizedTest
    @EnumSource(BackupType.class)
    void whereverTheDiskIsFull_thereIsAnErrorAndNoBackup_andWithRoomTheNextOneWorks(BackupType type) throws Exception {
        BackupSite site = BackupSite.inUse(server, disk.resolve("site"));
        long needed = roomFor(type, site);
        int failed = 0;
        for (int tenths = 0; tenths <= 9; tenths++) {
            long room = needed * tenths / 10;
            String what = "a " + type + " backup, " + tenths + " tenths of the room for it";
            String[] ended = new String[1];
            List<String> listed = site.survive(what, on -> {
                fillUpTo(room);
                // It does not say how much room it has, as a bucket does not: else nothing would be begun.
                ended[0] = make(on, type, new FaultyObjectStore(on.store()));
                free();
            });
            if (listed.isEmpty()) {
                assertThat(ended[0])
                        .as(what)
                        .startsWith("no_space: ")
                        .contains(disk.toString(), "No space left on device");
                failed++;
            } else {
                assertThat(ended[0]).as(what).startsWith("null: ");
            }
        }
        assertThat(failed)
                .as("the last tenth is more than the files of two old leases")
                .isBetween(8, 10);
        assertThat(site.survive("enough room", on -> {
                    fillUpTo(needed * 13 / 10);
                    String unused = make(on, type, new FaultyObjectStore(on.store()));
                    free();
                }))
                .hasSize(1);
        site.restoreAndDeleteAll("at the end");
    }

    /** How much of the disk such a backup takes. */
    private long roomFor(BackupType type, BackupSite site) throws Exception {
        long[] taken = new long[1];
        site.survive("an unharmed " + type, on -> {
            long before = Files.getFileStore(disk).getUsableSpace();
            String ended = make(on, type, on.store());
            assertThat(ended).startsWith("null: ");
            taken[0] = before - Files.getFileStore(disk).getUsableSpace();
        });
        return taken[0];
    }

    /** The error of the operation and what it says; "refused" before it if it did not even begin. */
    private static String make(BackupSite on, BackupType type, ObjectStore store) {
        try (BackupManager manager = BackupSite.manager(store, on.database(), on.objects(), TimeSource.system())) {
            OperationStatus ended =
                    manager.await(manager.create(type, BackupSite.DRILL).id());
            assertThat(ended.status()).isIn(Status.COMPLETED, Status.FAILED);
            return ended.error() + ": " + ended.message();
        } catch (BackupException.NoSpace full) {
            return full.getMessage().startsWith("the repository has room")
                    ? "refused no_space: " + full.getMessage()
                    : "no_space: " + full.getMessage();
        }
    }

    private void fillUpTo(long room) throws IOException {
        byte[] page = new byte[4096];
        try (var ballast = Files.newOutputStream(disk.resolve("ballast"))) {
            for (long left = Files.getFileStore(disk).getUsableSpace() - room;
                    left >= page.length;
                    left -= page.length) {
                ballast.write(page);
            }
        }
    }

    private void free() throws IOException {
        Files.delete(disk.resolve("ballast"));
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
