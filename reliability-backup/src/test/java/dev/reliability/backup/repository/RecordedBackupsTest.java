package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.repository.World.Machine;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordedBackupsTest {
    private final World world = new World();
    private Machine a;
    private Machine b;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a");
        b = world.machine("host-b");
    }

    @Test
    void one_whose_process_stands_still_is_failed_until_it_wakes_up() throws IOException {
        RunningOperation operation = a.begin(BackupType.FULL);
        String id = operation.status().backupId();
        world.advance(Duration.ofMinutes(2));
        assertThat(statusOf(id)).isEqualTo(BackupStatus.RUNNING);

        a.frozen = true;
        world.advance(Duration.ofSeconds(31));
        assertThat(statusOf(id)).isEqualTo(BackupStatus.FAILED);
        a.frozen = false;
        world.advance(Duration.ofSeconds(5));

        assertThat(statusOf(id)).isEqualTo(BackupStatus.RUNNING);
    }

    @Test
    void a_strangers_file_in_the_place_of_another_type_hides_it_not_and_stays_when_it_goes() throws IOException {
        String id = failed(BackupType.STORAGE);
        String strangers = Layout.manifest(BackupType.FULL, id);
        world.store.put(strangers, "somebody's");

        assertThat(statusOf(id)).isEqualTo(BackupStatus.FAILED);
        try (Lease lease = b.hold("op-delete")) {
            b.repository.catalog().delete(lease, id);
        }

        assertThat(listed()).isEmpty();
        assertThat(world.store.text(strangers)).isEqualTo("somebody's");
    }

    @Test
    void one_in_whose_own_place_lies_what_can_not_be_read_is_not_listed() throws IOException {
        String id = failed(BackupType.FULL);
        world.store.put(Layout.manifest(BackupType.FULL, id), "it may have been a manifest");

        assertThat(listed()).isEmpty();
        assertThat(b.repository.catalog().find(id)).isEmpty();
        assertThat(b.repository.catalog().faults()).hasSize(1);
    }

    private String failed(BackupType type) throws IOException {
        RunningOperation operation = a.begin(type);
        operation.finish(Status.FAILED, "it ended", "internal");
        operation.lease().close();
        return operation.status().backupId();
    }

    /** As the list and the single one agree to say. */
    private BackupStatus statusOf(String id) throws IOException {
        Backup found = b.repository.catalog().find(id).orElseThrow();
        assertThat(listed()).containsExactly(found);
        return found.status();
    }

    private List<Backup> listed() throws IOException {
        return b.repository.catalog().all(EnumSet.allOf(BackupStatus.class));
    }
}
