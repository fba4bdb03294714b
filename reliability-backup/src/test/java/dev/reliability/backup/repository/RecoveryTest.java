package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoveryTest {
    private final World world = new World();
    private Machine a;
    private Machine b;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a");
        b = world.machine("host-b");
    }

    @ParameterizedTest
    @EnumSource
    void the_place_of_a_lost_backup_is_closed_its_files_are_removed_and_its_record_is_ended(BackupType type)
            throws Exception {
        RunningOperation lost = a.begin(type);
        String id = lost.status().backupId();
        Layout.artifacts(type, id).forEach(key -> world.store.put(key, "half"));
        world.advance(Duration.ofSeconds(1));
        lost.update("dumping", 10, 100, "");
        a.frozen = true;

        b.recover(takeOver());

        assertThat(b.repository.catalog().manifest(id)).hasValueSatisfying(reading -> {
            assertThat(reading).isInstanceOf(ManifestReading.Intact.class);
            assertThat(reading.manifestOrNull().status()).isEqualTo(BackupStatus.FAILED);
        });
        assertThat(world.store.keys(type.wireName() + "/")).containsExactly(Layout.manifest(type, id));
        OperationStatus status = statusOf(lost);
        assertThat(status.status()).isEqualTo(Status.FAILED);
        assertThat(status.error()).isEqualTo("lease_lost");
        assertThat(status.message()).contains("host-a").contains("dumping");
        assertThat(b.repository.catalog().list(BackupQuery.all()).count()).isZero();
        assertThat(b.repository
                        .catalog()
                        .list(new BackupQuery(null, Set.of(BackupStatus.FAILED), 10))
                        .backups())
                .extracting(Backup::id)
                .containsExactly(id);
        assertThat(world.store.abandonedRemoved).isEqualTo(1);
    }

    @Test
    void the_sleepers_own_commit_comes_too_late_and_changes_nothing() throws Exception {
        RunningOperation lost = a.begin(BackupType.DATABASE);
        Manifest late = World.manifest(lost, BackupType.DATABASE, BackupStatus.COMPLETED);
        a.frozen = true;
        b.recover(takeOver());
        a.frozen = false;

        assertThat(a.repository.catalog().commit(late)).isFalse();
        lost.finish(Status.COMPLETED, "", null);
        world.advance(Duration.ofSeconds(5));
        lost.finish(Status.COMPLETED, "", null);

        assertThat(a.repository.catalog().find(late.id()).orElseThrow().status())
                .isEqualTo(BackupStatus.FAILED);
    }

    @Test
    void a_backup_that_was_committed_before_its_process_died_is_completed() throws Exception {
        RunningOperation lost = a.begin(BackupType.DATABASE);
        String id = lost.status().backupId();
        world.store.put(Layout.dump(BackupType.DATABASE, id, Encoding.GZIP), "whole");
        assertThat(a.repository.catalog().commit(World.manifest(lost, BackupType.DATABASE, BackupStatus.INCOMPLETE)))
                .isTrue();
        a.frozen = true;

        b.recover(takeOver());

        assertThat(statusOf(lost).status()).isEqualTo(Status.INCOMPLETE);
        assertThat(statusOf(lost).error()).isNull();
        assertThat(world.store.has(Layout.dump(BackupType.DATABASE, id, Encoding.GZIP)))
                .isTrue();
        assertThat(b.repository.catalog().find(id).orElseThrow().status()).isEqualTo(BackupStatus.INCOMPLETE);
    }

    @Test
    void an_operation_that_had_not_claimed_an_id_is_ended_and_leaves_no_manifest() throws Exception {
        RunningOperation lost = a.holding(Kind.CREATE, BackupType.FULL);
        a.frozen = true;

        b.recover(takeOver());

        assertThat(statusOf(lost).error()).isEqualTo("lease_lost");
        assertThat(b.repository.catalog().faults()).isEmpty();
        assertThat(world.store.keys("full/")).isEmpty();
    }

    @Test
    void an_id_is_closed_also_if_a_late_write_took_it_off_the_record() throws Exception {
        RunningOperation lost = a.holding(Kind.CREATE, BackupType.FULL);
        String before = world.store.text(Layout.operation(lost.id()));
        String id = a.repository.ids().claim(lost, BackupType.FULL);
        a.frozen = true;
        world.store.put(Layout.operation(lost.id()), before);

        b.recover(takeOver());

        assertThat(b.repository.catalog().find(id).orElseThrow().status()).isEqualTo(BackupStatus.FAILED);
    }

    @Test
    void an_operation_that_waits_for_a_lease_is_left_alone_while_it_lives() throws Exception {
        RunningOperation waiting =
                a.repository.operations().start(Kind.CREATE, BackupType.FULL, null, new Caller("alice"));
        world.advance(Duration.ofSeconds(50));
        waiting.update("waiting", 0, 0, "for another one");
        world.advance(Duration.ofSeconds(50));
        try (Lease lease = b.hold("op-b")) {
            b.recover(lease);
        }
        assertThat(statusOf(waiting).status()).isEqualTo(Status.RUNNING);

        world.advance(Duration.ofSeconds(10));
        try (Lease lease = b.hold("op-b")) {
            b.recover(lease);
        }
        assertThat(statusOf(waiting).error()).isEqualTo("lease_lost");
    }

    @Test
    void a_restore_is_ended_by_its_journal_or_left_to_the_next_holder() throws Exception {
        RunningOperation restore = a.holding(Kind.RESTORE, BackupType.FULL);
        a.frozen = true;
        List<String> asked = new ArrayList<>();
        Lease first = takeOver();
        b.repository.recovery().run(first, record -> {
            asked.add(record.status().id());
            return null;
        });
        assertThat(statusOf(restore).status()).isEqualTo(Status.RUNNING);
        first.close();

        b.repository
                .recovery()
                .run(b.hold("op-b2"), record -> new Recovery.Ending(Status.FAILED, "undone", "lease_lost"));

        assertThat(asked).containsExactly(restore.id());
        assertThat(statusOf(restore).message()).isEqualTo("undone");
    }

    @Test
    void its_own_operation_and_those_that_ended_are_left_alone() throws Exception {
        Manifest before = a.makeBackup(BackupType.DATABASE);
        RunningOperation own = a.holding(Kind.CREATE, BackupType.DATABASE);
        String all =
                world.store.text(Layout.operation(before.operation())) + world.store.text(Layout.operation(own.id()));

        a.recover(own.lease());

        assertThat(world.store.text(Layout.operation(before.operation()))
                        + world.store.text(Layout.operation(own.id())))
                .isEqualTo(all);
    }

    @Test
    void who_lost_the_lease_recovers_nothing() throws Exception {
        RunningOperation lost = a.begin(BackupType.DATABASE);
        a.frozen = true;
        Lease second = takeOver();
        b.frozen = true;
        world.advance(Duration.ofSeconds(30));

        assertThatThrownBy(() -> b.recover(second)).isInstanceOf(LeaseLostException.class);
        assertThat(statusOf(lost).status()).isEqualTo(Status.RUNNING);
    }

    private Lease takeOver() throws Exception {
        return b.repository.leases().acquire("op-b", Duration.ofMinutes(1), holder -> {});
    }

    private OperationStatus statusOf(RunningOperation operation) throws IOException {
        return b.repository.operations().find(operation.id()).orElseThrow().status();
    }
}
