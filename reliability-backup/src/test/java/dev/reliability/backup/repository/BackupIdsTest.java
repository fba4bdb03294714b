package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.repository.World.Machine;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus.Kind;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackupIdsTest {
    private final World world = new World();
    private Machine a;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a");
    }

    @Test
    void an_id_is_the_second_by_the_repositorys_clock() throws IOException {
        assertThat(claim(BackupType.DATABASE)).isEqualTo("20260103_140040");
    }

    @Test
    void a_second_that_is_taken_gets_a_number_whatever_the_type() throws IOException {
        assertThat(claim(BackupType.DATABASE)).isEqualTo("20260103_140040");
        assertThat(claim(BackupType.FULL)).isEqualTo("20260103_140040_2");
        assertThat(claim(BackupType.STORAGE)).isEqualTo("20260103_140040_3");
    }

    @Test
    void an_id_stays_taken_when_its_backup_is_deleted() throws IOException {
        String id = a.makeBackup(BackupType.FULL).id();
        try (Lease lease = a.hold("op-delete")) {
            a.repository.catalog().delete(lease, id);
        }

        assertThat(claim(BackupType.FULL)).isEqualTo(id + "_2");
    }

    @Test
    void a_backup_that_somebody_copied_into_the_folder_is_not_written_over() throws IOException {
        world.store.put("storage/20260103_140040/manifest.json", "copied by hand");
        world.store.put("database/backup_20260103_140040_2.sql.gz", "copied by hand");

        assertThat(claim(BackupType.DATABASE)).isEqualTo("20260103_140040_3");
    }

    @Test
    void who_lost_the_lease_before_the_claim_gets_none() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        world.store.put(Layout.lease(2), "{}");

        assertThatThrownBy(() -> a.repository.ids().claim(operation, BackupType.DATABASE))
                .isInstanceOf(LeaseLostException.class);
    }

    private String claim(BackupType type) throws IOException {
        RunningOperation operation = a.begin(type);
        operation.lease().close();
        return operation.status().backupId();
    }
}
