package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.backup.stream.Encoding;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupPage;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.Fault;
import dev.reliability.core.storage.FaultyObjectStore;
import dev.reliability.core.storage.FaultyObjectStore.Call;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CatalogTest {
    private final World world = new World();
    private final FaultyObjectStore seen = new FaultyObjectStore(world.store);
    private Machine a;
    private Catalog catalog;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a", seen, SigningKeys.of(List.of(World.KEY)));
        catalog = a.repository.catalog();
    }

    @Test
    void a_backup_exists_when_its_manifest_does() throws IOException {
        RunningOperation operation = a.begin(BackupType.FULL);
        String id = operation.status().backupId();
        assertThat(catalog.list(BackupQuery.all()).count()).isZero();

        assertThat(catalog.commit(World.manifest(operation, BackupType.FULL, BackupStatus.COMPLETED)))
                .isTrue();

        Backup expected = new Backup(
                id,
                BackupType.FULL,
                "memory:full/" + id,
                0,
                0,
                Instant.parse("2026-01-03T14:00:40Z"),
                BackupStatus.COMPLETED,
                true,
                null,
                null,
                null,
                null);
        assertThat(catalog.list(BackupQuery.all())).isEqualTo(new BackupPage(1, List.of(expected)));
        assertThat(catalog.find(id)).contains(expected);
    }

    @Test
    void a_taken_place_is_not_written_over() throws IOException {
        RunningOperation operation = a.begin(BackupType.DATABASE);
        Manifest manifest = World.manifest(operation, BackupType.DATABASE, BackupStatus.COMPLETED);
        world.store.put(Layout.manifest(manifest.type(), manifest.id()), "somebody was here");

        assertThat(catalog.commit(manifest)).isFalse();
        assertThat(world.store.text(Layout.manifest(manifest.type(), manifest.id())))
                .isEqualTo("somebody was here");
    }

    @Test
    void a_commit_whose_answer_was_lost_is_found_out() throws IOException {
        RunningOperation operation = a.begin(BackupType.DATABASE);
        seen.script(Call.PUT_IF_ABSENT, key -> key.startsWith("database/"), 1, Fault.answerLost());

        assertThat(catalog.commit(World.manifest(operation, BackupType.DATABASE, BackupStatus.COMPLETED)))
                .isTrue();
        seen.assertAllReached();
    }

    @Test
    void a_commit_that_failed_for_good_is_closed_before_its_files_go() throws IOException {
        RunningOperation operation = a.begin(BackupType.DATABASE);
        String id = operation.status().backupId();
        Manifest manifest = World.manifest(operation, BackupType.DATABASE, BackupStatus.COMPLETED);
        world.store.put(Layout.dump(BackupType.DATABASE, id, Encoding.GZIP), "whole");
        for (int attempt = 1; attempt <= 3; attempt++) {
            seen.script(Call.PUT_IF_ABSENT, key -> key.startsWith("database/"), attempt, Fault.fail());
        }
        assertThatThrownBy(() -> catalog.commit(manifest)).isInstanceOf(IOException.class);

        assertThat(catalog.abandon(operation)).isTrue();

        assertThat(world.store.has(Layout.dump(BackupType.DATABASE, id, Encoding.GZIP)))
                .isFalse();
        assertThat(catalog.commit(manifest)).as("a write that comes late").isFalse();
        seen.assertAllReached();
    }

    @Test
    void a_commit_that_had_succeeded_after_all_is_not_abandoned() throws IOException {
        RunningOperation operation = a.begin(BackupType.DATABASE);
        String id = operation.status().backupId();
        world.store.put(Layout.dump(BackupType.DATABASE, id, Encoding.GZIP), "whole");
        seen.script(Call.PUT_IF_ABSENT, key -> key.startsWith("database/"), 1, Fault.answerLost());
        seen.script(Call.PUT_IF_ABSENT, key -> key.startsWith("database/"), 2, Fault.fail());
        seen.script(Call.PUT_IF_ABSENT, key -> key.startsWith("database/"), 3, Fault.fail());
        assertThatThrownBy(() -> catalog.commit(World.manifest(operation, BackupType.DATABASE, BackupStatus.COMPLETED)))
                .isInstanceOf(IOException.class);

        assertThat(catalog.abandon(operation)).isFalse();

        assertThat(catalog.find(id).orElseThrow().status()).isEqualTo(BackupStatus.COMPLETED);
        assertThat(world.store.has(Layout.dump(BackupType.DATABASE, id, Encoding.GZIP)))
                .isTrue();
        seen.assertAllReached();
    }

    @Test
    void a_backup_that_exists_is_not_abandoned() throws IOException {
        RunningOperation operation = a.begin(BackupType.DATABASE);
        world.store.put(Layout.dump(BackupType.DATABASE, operation.status().backupId(), Encoding.GZIP), "whole");
        catalog.commit(World.manifest(operation, BackupType.DATABASE, BackupStatus.COMPLETED));

        assertThat(catalog.abandon(operation)).isFalse();

        assertThat(world.store.keys("database/")).hasSize(2);
    }

    @Test
    void a_backup_that_failed_before_its_commit_leaves_neither_files_nor_a_manifest() throws IOException {
        RunningOperation operation = a.begin(BackupType.FULL);
        Layout.artifacts(BackupType.FULL, operation.status().backupId()).forEach(key -> world.store.put(key, "half"));

        assertThat(catalog.abandon(operation)).isTrue();

        assertThat(world.store.keys("full/")).isEmpty();
    }

    @Test
    void backups_are_listed_newest_first_and_the_tenth_of_a_second_after_the_second() throws IOException {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            made.add(0, a.makeBackup(BackupType.values()[i % 3]).id());
        }
        world.advance(Duration.ofSeconds(100));
        made.add(0, a.makeBackup(BackupType.DATABASE).id());

        BackupPage page = catalog.list(new BackupQuery(null, Set.of(BackupStatus.COMPLETED), 5));

        assertThat(page.count()).isEqualTo(12);
        assertThat(page.backups()).extracting(Backup::id).containsExactlyElementsOf(made.subList(0, 5));
        assertThat(made.get(1)).endsWith("_11");
    }

    @Test
    void a_list_of_one_type_looks_at_no_other() throws IOException {
        a.makeBackup(BackupType.DATABASE);
        String full = a.makeBackup(BackupType.FULL).id();
        int before = seen.calls().size();

        BackupPage page =
                catalog.list(new BackupQuery(BackupType.FULL, BackupQuery.all().statuses(), 100));

        assertThat(page.backups()).extracting(Backup::id).containsExactly(full);
        assertThat(seen.calls().subList(before, seen.calls().size()))
                .noneMatch(made -> made.key().startsWith("database/"));
    }

    @Test
    void what_does_not_change_is_read_once() throws IOException {
        for (int i = 0; i < 5; i++) {
            a.makeBackup(BackupType.DATABASE);
        }
        catalog.list(BackupQuery.all());
        int before = seen.calls().size();

        assertThat(catalog.list(BackupQuery.all()).count()).isEqualTo(5);

        assertThat(seen.calls().subList(before, seen.calls().size()))
                .as("the manifests of three types, and the facts")
                .allMatch(made -> made.call() == Call.LIST)
                .hasSize(4);
    }

    @Test
    void only_of_what_is_shown_it_is_read_when_it_was_verified() throws IOException {
        for (int i = 0; i < 3; i++) {
            String id = a.makeBackup(BackupType.DATABASE).id();
            try (Lease lease = a.hold("op-verify")) {
                a.repository
                        .facts()
                        .add(lease, new Facts.Verified(id, VerifyLevel.STORED_BYTES, 0, "op-verify", "alice"));
            }
        }
        int before = seen.calls().size();

        BackupPage page = catalog.list(new BackupQuery(null, BackupQuery.all().statuses(), 1));

        assertThat(page.count()).isEqualTo(3);
        assertThat(page.backups()).singleElement().satisfies(shown -> {
            assertThat(shown.verifiedAt()).isNotNull();
            assertThat(seen.calls().subList(before, seen.calls().size()))
                    .filteredOn(made -> made.call() == Call.GET && made.key().startsWith(Layout.FACTS))
                    .singleElement()
                    .satisfies(made -> assertThat(made.key()).contains(shown.id()));
        });
    }

    @Test
    void running_failed_and_cancelled_ones_are_known_from_their_operations() throws IOException {
        String failed = end(Status.FAILED);
        String cancelled = end(Status.CANCELLED);
        String running = a.begin(BackupType.STORAGE).status().backupId();

        assertThat(catalog.list(BackupQuery.all()).count()).isZero();
        assertThat(listed(BackupStatus.FAILED)).containsExactly(failed);
        assertThat(listed(BackupStatus.CANCELLED)).containsExactly(cancelled);
        assertThat(listed(BackupStatus.RUNNING)).containsExactly(running);
        assertThat(catalog.find(running)).hasValueSatisfying(backup -> {
            assertThat(backup.status()).isEqualTo(BackupStatus.RUNNING);
            assertThat(backup.type()).isEqualTo(BackupType.STORAGE);
        });
        assertThat(catalog.find(failed).orElseThrow().message()).isEqualTo("it ended");
    }

    @Test
    void an_unknown_id_and_a_text_that_is_none_are_not_found() throws IOException {
        assertThat(catalog.find("20200101_000000")).isEmpty();
        assertThat(catalog.find("../../etc/passwd")).isEmpty();
        assertThat(catalog.manifest("%2e%2e")).isEmpty();
    }

    @Test
    void a_backup_of_a_stranger_is_listed_as_unsigned() throws IOException {
        Machine stranger = world.machine("host-x", world.store, SigningKeys.none());
        String id = stranger.makeBackup(BackupType.DATABASE).id();

        assertThat(catalog.find(id).orElseThrow().signed()).isFalse();
        assertThat(catalog.manifest(id).orElseThrow()).isInstanceOf(ManifestReading.Unsigned.class);
    }

    @Test
    void what_is_no_manifest_of_its_place_is_a_fault_and_never_a_backup() throws IOException {
        String good = a.makeBackup(BackupType.DATABASE).id();
        String manifest = world.store.text(Layout.manifest(BackupType.DATABASE, good));
        world.store.put("database/backup_20250101_000000.json", manifest);
        world.store.put("full/20250101_000001/manifest.json", manifest.replace("completed", "COMPLETED"));
        world.store.put("storage/20250101_000002/manifest.json", "{\"format\": 9}");
        world.store.put("database/notes.json", "not in a manifest's place");
        world.store.put("database/by-hand.sql.gz", "a foreign dump");

        assertThat(catalog.list(BackupQuery.all()).backups())
                .extracting(Backup::id)
                .containsExactly(good);
        assertThat(catalog.find("20250101_000000")).isEmpty();
        assertThat(catalog.faults())
                .extracting(Catalog.Fault::key)
                .containsExactly(
                        "database/backup_20250101_000000.json",
                        "storage/20250101_000002/manifest.json",
                        "full/20250101_000001/manifest.json");
        assertThat(catalog.faults())
                .extracting(Catalog.Fault::reason)
                .anyMatch(reason -> reason.contains("lies in the place of the database backup 20250101_000000"))
                .anyMatch(reason -> reason.contains("format 9"))
                .anyMatch(reason -> reason.contains("sha256"));
    }

    @ParameterizedTest
    @EnumSource
    void deleting_removes_what_belongs_to_a_backup_alone(BackupType type) throws IOException {
        Manifest kept = a.makeBackup(type);
        Manifest gone = a.makeBackup(type);
        for (Manifest each : List.of(kept, gone)) {
            Layout.artifacts(type, each.id()).forEach(key -> world.store.put(key, "x"));
            world.store.put(".repository/facts/" + each.id() + "/verified-20260104_000000.json", "{}");
        }
        String foreign = "database/backup_" + gone.id() + ".sql.gz.bak";
        world.store.put(foreign, "a copy by hand");
        world.store.put("blobs/plain/ab/ab12", "a blob");
        List<String> before = world.store.keys("");

        try (Lease lease = a.hold("op-delete")) {
            catalog.delete(lease, gone.id());
        }

        assertThat(catalog.find(gone.id())).isEmpty();
        assertThat(catalog.find(kept.id())).isPresent();
        List<String> removed = new ArrayList<>(before);
        removed.removeAll(world.store.keys(""));
        assertThat(removed)
                .hasSize(2 + Layout.artifacts(type, gone.id()).size())
                .allMatch(key -> key.contains(gone.id()));
        assertThat(world.store.has(foreign)).isTrue();
    }

    @Test
    void deleting_what_is_not_there_or_not_ours_is_refused() throws IOException {
        world.store.put("storage/20250101_000002/manifest.json", "{\"format\": 9}");
        world.store.put("storage/20250101_000003/manifest.json", "a foreign file");
        RunningOperation running = a.begin(BackupType.DATABASE);
        Lease lease = running.lease();

        assertThatThrownBy(() -> catalog.delete(lease, "20200101_000000")).isInstanceOf(BackupException.NotFound.class);
        assertThatThrownBy(() -> catalog.delete(lease, "../x")).isInstanceOf(BackupException.NotFound.class);
        assertThatThrownBy(() -> catalog.delete(lease, "20250101_000002"))
                .isInstanceOf(BackupException.Refused.class)
                .hasMessageContaining("format 9");
        assertThatThrownBy(() -> catalog.delete(lease, "20250101_000003")).isInstanceOf(BackupException.NotFound.class);
        assertThatThrownBy(() -> catalog.delete(lease, running.status().backupId()))
                .isInstanceOfSatisfying(
                        BackupException.Busy.class,
                        busy -> assertThat(busy.operation()).isEqualTo(running.id()));
        assertThat(world.store.keys("storage/")).hasSize(2);
    }

    @Test
    void a_damaged_backup_of_ours_and_a_failed_one_can_be_deleted() throws IOException {
        String damaged = a.makeBackup(BackupType.DATABASE).id();
        world.store.put(Layout.manifest(BackupType.DATABASE, damaged), "damaged");
        String failed = end(Status.FAILED);

        try (Lease lease = a.hold("op-delete")) {
            catalog.delete(lease, damaged);
            catalog.delete(lease, failed);
        }

        assertThat(catalog.faults()).isEmpty();
        assertThat(catalog.find(failed)).isEmpty();
        assertThat(listed(BackupStatus.FAILED)).isEmpty();
    }

    @Test
    void a_deletion_that_was_cut_off_anywhere_is_finished_by_the_next_holder() throws IOException {
        for (int cut = 1; cut < 12; cut++) {
            World fresh = new World();
            FaultyObjectStore faulty = new FaultyObjectStore(fresh.store);
            Machine machine = fresh.machine("host-a", faulty, SigningKeys.none());
            String id = machine.makeBackup(BackupType.FULL).id();
            Layout.artifacts(BackupType.FULL, id).forEach(key -> fresh.store.put(key, "x"));
            faulty.script(Call.DELETE, cut, Fault.fail());
            try (Lease lease = machine.hold("op-delete")) {
                machine.repository.catalog().delete(lease, id);
                break;
            } catch (IOException expected) {
                Lease next = machine.hold("op-next");
                machine.recover(next);
            }
            assertThat(fresh.store.keys("full/")).as("cut at delete %d", cut).isEmpty();
            assertThat(fresh.store.keys(Layout.DELETIONS)).isEmpty();
            faulty.assertAllReached();
        }
    }

    private String end(Status status) throws IOException {
        RunningOperation operation = a.begin(BackupType.DATABASE);
        catalog.abandon(operation);
        operation.finish(status, "it ended", status == Status.FAILED ? "internal" : null);
        operation.lease().close();
        return operation.status().backupId();
    }

    private List<String> listed(BackupStatus status) throws IOException {
        return catalog.list(new BackupQuery(null, Set.of(status), 100)).backups().stream()
                .map(Backup::id)
                .toList();
    }
}
