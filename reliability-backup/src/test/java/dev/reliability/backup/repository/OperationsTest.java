package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.Fault;
import dev.reliability.core.storage.FaultyObjectStore;
import dev.reliability.core.storage.FaultyObjectStore.Call;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {
    private final World world = new World();
    private final FaultyObjectStore seenByA = new FaultyObjectStore(world.store);
    private Machine a;
    private Machine b;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a", seenByA, SigningKeys.none());
        b = world.machine("host-b");
    }

    @Test
    void a_new_operation_is_on_record_for_everybody_and_waits() throws IOException {
        RunningOperation operation =
                a.repository.operations().start(Kind.RESTORE, BackupType.FULL, "20260103_140000", new Caller("alice"));

        assertThat(operation.id()).matches("op_20260103_140000_[0-9a-f]{6}");
        assertThat(b.repository.operations().find(operation.id())).hasValueSatisfying(record -> {
            assertThat(record.status()).isEqualTo(operation.status());
            assertThat(record.status().phase()).isEqualTo("waiting");
            assertThat(record.status().host()).isEqualTo("host-a");
            assertThat(record.type()).isEqualTo(BackupType.FULL);
            assertThat(record.epoch()).isZero();
            assertThat(record.pid()).isEqualTo(ProcessHandle.current().pid());
        });
    }

    @Test
    void a_wish_of_another_process_to_cancel_reaches_the_owner_within_a_beat_and_goes_with_the_record()
            throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);

        assertThat(b.repository.operations().requestCancel(operation.id(), new Caller("bob")))
                .contains(true);
        world.advance(Duration.ofSeconds(5));

        assertThat(operation.cancellation().requestedBy()).contains("bob");
        operation.finish(Status.CANCELLED, "cancelled by bob", null);
        b.repository.operations().removeEndedBefore(world.time.now().plusSeconds(1));
        assertThat(world.store.head(Layout.cancel(operation.id()))).isEmpty();
    }

    @Test
    void behind_its_commit_point_an_operation_is_not_cancelled_by_anybody() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        operation.commit();
        world.advance(Duration.ofSeconds(5));

        assertThat(operation.cancellation().request("alice")).isFalse();
        assertThat(b.repository.operations().requestCancel(operation.id(), new Caller("bob")))
                .contains(false);
    }

    @Test
    void a_clean_up_is_not_cancelled() throws IOException {
        RunningOperation operation = a.holding(Kind.CLEANUP, BackupType.DATABASE);

        assertThat(operation.cancellation().request("alice")).isFalse();
        assertThat(b.repository.operations().requestCancel(operation.id(), new Caller("bob")))
                .contains(false);
    }

    @Test
    void operations_are_listed_newest_first() throws IOException {
        String first = a.holding(Kind.CREATE, BackupType.DATABASE).id();
        world.advance(Duration.ofSeconds(3));
        String second = b.repository
                .operations()
                .start(Kind.CLEANUP, null, null, Caller.system())
                .id();

        assertThat(b.repository.operations().list())
                .extracting(record -> record.status().id())
                .containsExactly(second, first);
    }

    @Test
    void progress_is_on_record_within_5_s_and_written_at_most_each_second() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        world.advance(Duration.ofSeconds(1));
        operation.update("dumping", 1, 100, "");
        int writes = writesOf(operation);
        for (int i = 2; i <= 50; i++) {
            operation.update("dumping", i, 100, "");
        }

        assertThat(writesOf(operation)).isEqualTo(writes);
        assertThat(operation.status().bytes()).isEqualTo(50);
        assertThat(onRecord(operation).bytes()).isEqualTo(1);
        world.advance(Duration.ofSeconds(5));
        assertThat(onRecord(operation).bytes()).isEqualTo(50);
    }

    @Test
    void a_store_that_fails_while_progress_is_written_does_not_stop_the_work() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        world.advance(Duration.ofSeconds(1));
        seenByA.script(Call.PUT, key -> key.startsWith(Layout.OPERATIONS), 1, Fault.fail());

        operation.update("dumping", 7, 100, "");
        assertThat(onRecord(operation).bytes()).isZero();
        world.advance(Duration.ofSeconds(5));

        assertThat(onRecord(operation).bytes()).isEqualTo(7);
        seenByA.assertAllReached();
    }

    @Test
    void an_end_is_on_record_at_once_and_nothing_comes_after_it() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        operation.update("dumping", 7, 100, "");

        OperationStatus ended = operation.finish(Status.FAILED, "the disk is full", "no_space");
        operation.update("dumping", 8, 100, "");
        world.advance(Duration.ofSeconds(20));

        assertThat(onRecord(operation)).isEqualTo(ended);
        assertThat(ended.finishedAt()).isNotNull();
        assertThat(ended.error()).isEqualTo("no_space");
    }

    @Test
    void an_end_that_could_not_be_written_is_written_later_by_the_leases_thread() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        seenByA.script(Call.PUT, key -> key.startsWith(Layout.OPERATIONS), 1, Fault.fail());

        try {
            operation.finish(Status.COMPLETED, "", null);
        } catch (IOException expected) {
            assertThat(onRecord(operation).status()).isEqualTo(Status.RUNNING);
        }
        world.advance(Duration.ofSeconds(5));

        assertThat(onRecord(operation).status()).isEqualTo(Status.COMPLETED);
        seenByA.assertAllReached();
    }

    @Test
    void who_lost_the_lease_leaves_the_record_to_the_next_holder() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        world.store.put(Layout.lease(2), "{}");
        world.advance(Duration.ofSeconds(5));
        world.store.put(Layout.operation(operation.id()), "what the next holder wrote");

        operation.update("dumping", 7, 100, "");
        operation.finish(Status.COMPLETED, "", null);

        assertThat(world.store.text(Layout.operation(operation.id()))).isEqualTo("what the next holder wrote");
    }

    @Test
    void what_ended_long_ago_is_forgotten_and_what_runs_is_not() throws IOException {
        RunningOperation ended = a.begin(BackupType.DATABASE);
        ended.finish(Status.COMPLETED, "", null);
        ended.lease().close();
        RunningOperation failed = a.begin(BackupType.DATABASE);
        failed.finish(Status.FAILED, "", "internal");
        failed.lease().close();
        RunningOperation running = b.begin(BackupType.DATABASE);
        world.advance(Duration.ofSeconds(10));
        RunningOperation recent = a.repository.operations().start(Kind.CLEANUP, null, null, Caller.system());
        recent.finish(Status.COMPLETED, "", null);

        a.repository.operations().removeEndedBefore(world.time.now().minusSeconds(5));

        assertThat(a.repository.operations().list())
                .extracting(record -> record.status().id())
                .as("a backup that failed is known by its record alone: retention decides on it")
                .containsExactlyInAnyOrder(running.id(), recent.id(), failed.id());
        assertThat(world.store.has(Layout.claim(ended.id()))).isFalse();
    }

    @Test
    void one_whose_process_ended_before_it_had_a_lease_is_shown_as_failed_and_nobody_writes() throws IOException {
        RunningOperation killed = a.repository.operations().start(Kind.CREATE, BackupType.FULL, null, Caller.system());

        world.advance(Duration.ofSeconds(30));
        assertThat(b.repository.operations().status(killed.id()).orElseThrow().status())
                .isEqualTo(Status.RUNNING);
        world.advance(Duration.ofSeconds(1));

        assertThat(b.repository.operations().status(killed.id())).hasValueSatisfying(shown -> {
            assertThat(shown.status()).isEqualTo(Status.FAILED);
            assertThat(shown.error()).isEqualTo("lease_lost");
            assertThat(shown.message()).contains("its process ended");
            assertThat(shown.finishedAt()).isEqualTo("2026-01-03T14:00:40Z");
        });
        assertThat(onRecord(killed).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void one_that_waits_is_not_taken_for_dead_and_with_a_lease_only_the_next_holder_tells() throws IOException {
        RunningOperation holder = a.holding(Kind.RESTORE, BackupType.FULL);
        RunningOperation waiting = b.repository.operations().start(Kind.VERIFY, null, null, Caller.system());
        a.frozen = true;
        for (int s = 0; s < 60; s++) {
            world.advance(Duration.ofSeconds(1));
            waiting.update("waiting", 0, 0, "waiting for operation " + holder.id());
        }

        assertThat(b.repository.operations().status(waiting.id()).orElseThrow().status())
                .isEqualTo(Status.RUNNING);
        assertThat(b.repository.operations().status(holder.id()).orElseThrow().status())
                .isEqualTo(Status.RUNNING);
    }

    @Test
    void where_the_store_does_not_tell_its_time_records_are_shown_as_they_are() throws IOException {
        RunningOperation killed = b.repository.operations().start(Kind.CREATE, BackupType.FULL, null, Caller.system());
        world.advance(Duration.ofMinutes(5));
        seenByA.script(Call.PUT, Layout.CLOCK::equals, 1, Fault.fail());

        assertThat(a.repository.operations().status(killed.id()).orElseThrow().status())
                .isEqualTo(Status.RUNNING);
        seenByA.assertAllReached();
    }

    @Test
    void a_file_that_is_no_record_is_passed_over() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);
        world.store.put(".repository/operations/op_20260103_140000_ffffff.json", "{\"operation\":");
        world.store.put(".repository/operations/notes.txt", "by hand");

        assertThat(b.repository.operations().list()).hasSize(1);
        assertThat(b.repository.operations().find("op_20260103_140000_ffffff")).isEmpty();
        assertThat(b.repository.operations().find(operation.id())).isPresent();
    }

    @Test
    void a_message_that_no_encoding_can_say_does_not_keep_an_operation_from_ending() throws IOException {
        RunningOperation operation = a.holding(Kind.CREATE, BackupType.DATABASE);

        operation.finish(Status.FAILED, "half a pair \uD83D, a zero \0, 中文", "internal");

        assertThat(onRecord(operation).message()).isEqualTo("half a pair ?, a zero \0, 中文");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "op_20260103_140000_1a2b3c/../../format", "op_20260103_140000_1A2B3C"})
    void a_text_that_is_not_an_id_is_not_found(String text) throws IOException {
        assertThat(a.repository.operations().find(text)).isEmpty();
    }

    private OperationStatus onRecord(RunningOperation operation) throws IOException {
        return b.repository.operations().find(operation.id()).orElseThrow().status();
    }

    private int writesOf(RunningOperation operation) {
        return (int) seenByA.calls().stream()
                .filter(made -> made.key().equals(Layout.operation(operation.id())))
                .filter(made -> made.call() == Call.PUT)
                .count();
    }
}
