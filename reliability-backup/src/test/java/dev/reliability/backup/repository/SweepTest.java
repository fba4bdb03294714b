package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final String A = Layout.blob("plain", "a".repeat(64));
    private static final String B = Layout.blob("plain", "b".repeat(64));
    private static final String C = Layout.blob("plain", "c".repeat(64));

    private static final Sweep.Keepers NOTHING_ELSE = keys -> {};

    private final World world = new World();
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine = world.machine("host-a");
        for (String blob : List.of(A, B, C)) {
            world.store.put(blob, "12345");
        }
    }

    @Test
    void what_nobody_names_is_listed_first_deleted_a_day_later_and_usable_again_another_day_later() throws IOException {
        backup(A);

        assertThat(sweep()).isEqualTo(new Sweep.Result.Done(2, 0, 0));
        assertThat(world.store.keys(Layout.BLOBS)).hasSize(3);
        assertThat(machine.repository.sweep().trashed()).accepts(B, C).rejects(A);

        world.time.advance(DAY.minusSeconds(1));
        assertThat(sweep()).isEqualTo(new Sweep.Result.Done(0, 0, 0));
        world.time.advance(Duration.ofSeconds(1));
        assertThat(sweep()).isEqualTo(new Sweep.Result.Done(0, 2, 10));
        assertThat(world.store.keys(Layout.BLOBS)).containsExactly(A);
        assertThat(machine.repository.sweep().trashed())
                .as("a delete may still come: no writer may use the name")
                .accepts(B, C);

        world.time.advance(DAY);
        assertThat(sweep()).isEqualTo(new Sweep.Result.Done(0, 0, 0));
        assertThat(machine.repository.sweep().trashed()).rejects(A, B, C);
        assertThat(world.store.keys(Layout.TRASH)).isEmpty();
    }

    @Test
    void a_blob_that_was_named_again_after_it_was_listed_is_kept() throws IOException {
        backup(A);
        sweep();
        backup(B);
        world.time.advance(DAY);

        assertThat(sweep()).isEqualTo(new Sweep.Result.Done(0, 1, 5));

        assertThat(world.store.keys(Layout.BLOBS)).containsExactly(A, B);
    }

    @Test
    void blobs_of_a_deleted_backup_go_and_shared_ones_stay() throws IOException {
        backup(A, B);
        String gone = backup(B, C).id();
        try (Lease lease = machine.hold("op-delete")) {
            machine.repository.catalog().delete(lease, gone);
        }

        sweep();
        world.time.advance(DAY);
        sweep();

        assertThat(world.store.keys(Layout.BLOBS)).containsExactly(A, B);
    }

    @Test
    void what_something_else_than_a_backup_needs_is_kept() throws IOException {
        backup(A);
        try (Lease lease = machine.hold("op-sweep")) {
            assertThat(machine.repository.sweep().run(lease, keys -> keys.accept(B)))
                    .isEqualTo(new Sweep.Result.Done(1, 0, 0));
        }
        world.time.advance(DAY);
        try (Lease lease = machine.hold("op-sweep")) {
            assertThat(machine.repository.sweep().run(lease, keys -> keys.accept(C)))
                    .as("what was listed before and is needed now, and what was needed before and is not now")
                    .isEqualTo(new Sweep.Result.Done(1, 0, 0));
        }
        assertThat(world.store.keys(Layout.BLOBS)).hasSize(3);
    }

    @Test
    void one_epoch_never_deletes_what_it_listed_itself() throws IOException {
        backup(A);
        Lease lease = machine.hold("op-sweep");
        machine.repository.sweep().run(lease, NOTHING_ELSE);
        world.advance(Duration.ofSeconds(10));
        world.time.advance(DAY);
        world.advance(Duration.ofSeconds(10));

        assertThat(machine.repository.sweep().run(lease, NOTHING_ELSE)).isEqualTo(new Sweep.Result.Done(0, 0, 0));
        assertThat(world.store.keys(Layout.BLOBS)).hasSize(3);
    }

    @Test
    void a_backup_whose_blobs_are_unknown_stops_the_sweep_and_is_named() throws IOException {
        backup(A);
        sweep();
        world.time.advance(DAY);
        String damaged = backup(B).id();
        String refs = Layout.refs(BackupType.STORAGE, damaged);
        String manifest = Layout.manifest(BackupType.STORAGE, damaged);
        String whole = world.store.text(manifest);

        world.store.put(manifest, whole.replace("completed", "failed"));
        assertThat(sweep())
                .isInstanceOfSatisfying(
                        Sweep.Result.Refused.class,
                        refused -> assertThat(refused.reason()).contains(manifest));
        world.store.put(manifest, whole);
        world.store.put(refs, "damaged");
        assertThat(sweep())
                .isInstanceOfSatisfying(
                        Sweep.Result.Refused.class,
                        refused -> assertThat(refused.reason()).contains(refs).contains(damaged));
        world.store.delete(refs);
        assertThat(sweep()).isInstanceOf(Sweep.Result.Refused.class);
        world.store.put("full/20250101_000002/manifest.json", "{\"format\": 9}");
        assertThat(sweep()).isInstanceOf(Sweep.Result.Refused.class);
        assertThat(world.store.keys(Layout.BLOBS)).hasSize(3);
    }

    @Test
    void who_lost_the_lease_deletes_nothing() throws IOException {
        sweep();
        world.time.advance(DAY);
        Lease lease = machine.hold("op-sweep");
        world.store.put(Layout.lease(lease.epoch() + 1), "{}");

        assertThatThrownBy(() -> machine.repository.sweep().run(lease, NOTHING_ELSE))
                .isInstanceOf(LeaseLostException.class);
        assertThat(world.store.keys(Layout.BLOBS)).hasSize(3);
    }

    @Test
    void a_line_of_refs_says_where_a_blob_is_how_long_and_what() {
        BlobRef ref = new BlobRef(A, 5, "f".repeat(64));

        assertThat(ref.line()).isEqualTo(A + " 5 " + "f".repeat(64));
        assertThat(BlobRef.parse(ref.line())).contains(ref);
        for (String wrong :
                List.of("", A, "full/x 5 " + "f".repeat(64), A + " -5 " + "f".repeat(64), ref.line() + " ")) {
            assertThat(BlobRef.parse(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void a_filter_knows_all_its_keys_and_hardly_any_other() {
        KeyFilter filter = new KeyFilter(7);
        for (int i = 0; i < 100_000; i++) {
            filter.add("blobs/plain/" + i);
        }

        int mistaken = 0;
        for (int i = 0; i < 100_000; i++) {
            assertThat(filter.mightContain("blobs/plain/" + i)).isTrue();
            mistaken += filter.mightContain("blobs/other/" + i) ? 1 : 0;
        }
        assertThat(mistaken).isZero();
    }

    private Sweep.Result sweep() throws IOException {
        try (Lease lease = machine.hold("op-sweep")) {
            machine.recover(lease);
            return machine.repository.sweep().run(lease, NOTHING_ELSE);
        }
    }

    private Manifest backup(String... blobs) throws IOException {
        RunningOperation operation = machine.begin(BackupType.STORAGE);
        Manifest empty = World.manifest(operation, BackupType.STORAGE, BackupStatus.COMPLETED);
        StringBuilder lines = new StringBuilder();
        for (String blob : blobs) {
            lines.append(new BlobRef(blob, 5, "0".repeat(64)).line()).append('\n');
        }
        Artifact refs = Artifacts.write(
                world.store,
                Artifact.REFS,
                Layout.refs(BackupType.STORAGE, empty.id()),
                Encoding.GZIP,
                out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
        Manifest manifest = new Manifest(
                empty.id(),
                empty.type(),
                empty.status(),
                empty.createdAt(),
                empty.finishedAt(),
                empty.operation(),
                empty.requestedBy(),
                List.of(refs),
                null,
                null,
                0,
                null);
        assertThat(machine.repository.catalog().commit(manifest)).isTrue();
        operation.finish(Status.COMPLETED, "", null);
        operation.lease().close();
        return manifest;
    }
}
