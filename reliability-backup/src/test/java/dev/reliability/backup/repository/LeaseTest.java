package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.Fault;
import dev.reliability.core.storage.FaultyObjectStore;
import dev.reliability.core.storage.FaultyObjectStore.Call;
import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final World world = new World();
    private final ManualTime time = world.time;
    private Machine a;
    private Machine b;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a");
        b = world.machine("host-b");
    }

    @Test
    void a_free_lease_is_taken_at_once_and_by_one_only() throws IOException {
        Lease lease = a.hold("op-a");

        assertThat(lease.epoch()).isEqualTo(1);
        assertThat(b.repository.leases().tryAcquire("op-b")).isEmpty();
        assertThat(b.repository.leases().holder()).hasValueSatisfying(holder -> {
            assertThat(holder.operationId()).isEqualTo("op-a");
            assertThat(holder.host()).isEqualTo("host-a");
            assertThat(holder.epoch()).isEqualTo(1);
        });
    }

    @Test
    void a_released_lease_is_taken_at_once_with_the_next_epoch() throws IOException {
        a.hold("op-a").close();

        assertThat(b.repository.leases().holder()).isEmpty();
        assertThat(b.repository.leases().tryAcquire("op-b"))
                .hasValueSatisfying(lease -> assertThat(lease.epoch()).isEqualTo(2));
    }

    @Test
    void a_lease_is_released_also_by_a_thread_that_is_interrupted_meanwhile() throws Exception {
        Fault hang = Fault.hang();
        FaultyObjectStore seen =
                new FaultyObjectStore(world.store).script(Call.PUT, key -> key.endsWith(".beat"), 2, hang);
        Lease lease = world.machine("host-c", seen, SigningKeys.none()).hold("op-c");
        boolean[] interrupted = {false};
        Thread closing = new Thread(() -> {
            lease.close();
            interrupted[0] = Thread.currentThread().isInterrupted();
        });
        closing.start();
        hang.awaitReached();
        closing.interrupt();
        closing.join();

        assertThat(b.repository.leases().tryAcquire("op-b")).isPresent();
        assertThat(interrupted[0]).as("its flag is kept").isTrue();
    }

    @Test
    void a_holder_that_beats_is_never_taken_over() throws Exception {
        Lease lease = a.hold("op-a");

        assertThatThrownBy(() -> b.repository.leases().acquire("op-b", Duration.ofMinutes(10), holder -> {}))
                .isInstanceOfSatisfying(
                        BackupException.Busy.class,
                        busy -> assertThat(busy.operation()).isEqualTo("op-a"));
        assertThatCode(lease::confirm).doesNotThrowAnyException();
    }

    @Test
    void a_silent_holder_is_taken_over_after_20_s_and_not_before() throws Exception {
        a.hold("op-a");
        a.frozen = true;
        long start = time.nanoTime();

        Lease taken = b.repository.leases().acquire("op-b", LONG, holder -> {});

        assertThat(taken.epoch()).isEqualTo(2);
        assertThat(time.since(start)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
    }

    @Test
    void the_20_s_count_from_when_this_process_first_saw_that_beat() throws Exception {
        a.hold("op-a");
        a.frozen = true;
        assertThat(b.repository.leases().tryAcquire("op-b")).isEmpty();
        world.advance(Duration.ofSeconds(12));
        long start = time.nanoTime();

        assertThat(b.repository.leases().acquire("op-b", LONG, holder -> {}).epoch())
                .isEqualTo(2);
        assertThat(time.since(start)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9));
    }

    @Test
    void a_beat_that_changed_between_two_looks_begins_them_anew() throws Exception {
        a.hold("op-a");
        assertThat(b.repository.leases().holder()).isPresent();
        world.advance(Duration.ofSeconds(12));
        a.frozen = true;
        long start = time.nanoTime();

        assertThat(b.repository.leases().acquire("op-b", LONG, holder -> {}).epoch())
                .isEqualTo(2);
        assertThat(time.since(start)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
    }

    @Test
    void a_holder_that_wakes_up_in_time_keeps_the_lease() throws Exception {
        Lease lease = a.hold("op-a");
        a.frozen = true;
        long start = time.nanoTime();

        assertThatThrownBy(() -> b.repository.leases().acquire("op-b", Duration.ofSeconds(40), holder -> {
                    if (time.since(start).compareTo(Duration.ofSeconds(18)) >= 0) {
                        a.frozen = false;
                    }
                }))
                .isInstanceOf(BackupException.Busy.class);
        assertThatCode(lease::confirm).doesNotThrowAnyException();
    }

    @Test
    void a_wall_clock_that_jumps_takes_nothing_away() throws Exception {
        Lease lease = a.hold("op-a");

        time.jumpWallClock(Duration.ofDays(400));
        assertThatThrownBy(() -> b.repository.leases().acquire("op-b", Duration.ofSeconds(40), holder -> {}))
                .isInstanceOf(BackupException.Busy.class);
        time.jumpWallClock(Duration.ofDays(-800));
        assertThatThrownBy(() -> b.repository.leases().acquire("op-b", Duration.ofSeconds(40), holder -> {}))
                .isInstanceOf(BackupException.Busy.class);
        assertThatCode(lease::confirm).doesNotThrowAnyException();
    }

    @Test
    void waiting_ends_at_once_when_the_holder_releases_and_tells_for_whom_it_waits() throws Exception {
        Lease lease = a.hold("op-a");
        List<Holder> told = new ArrayList<>();
        long start = time.nanoTime();

        b.repository.leases().acquire("op-b", LONG, holder -> {
            told.add(holder);
            if (told.size() == 4) {
                lease.close();
            }
        });

        assertThat(time.since(start)).isEqualTo(Duration.ofSeconds(4));
        assertThat(told).hasSize(4).allMatch(holder -> holder.operationId().equals("op-a"));
    }

    @Test
    void a_waiting_thread_that_is_interrupted_holds_nothing() throws Exception {
        a.hold("op-a");

        assertThatThrownBy(() -> b.repository
                        .leases()
                        .acquire("op-b", LONG, holder -> Thread.currentThread().interrupt()))
                .isInstanceOf(InterruptedException.class);
        assertThat(world.store.keys(Layout.lease(2))).isEmpty();
    }

    @Test
    void a_holder_that_slept_through_a_takeover_finds_out() throws Exception {
        Lease slept = a.hold("op-a");
        a.frozen = true;
        Lease taken = b.repository.leases().acquire("op-b", LONG, holder -> {});
        assertThatThrownBy(slept::requireHeld)
                .as("its own clock says that it was silent for too long")
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("15000 ms");
        a.frozen = false;
        world.advance(Duration.ofSeconds(5));

        assertThat(slept.isLost()).isTrue();
        assertThatThrownBy(slept::requireHeld)
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("epoch 1")
                .hasMessageContaining("2 was taken");
        slept.close();
        assertThatCode(taken::confirm)
                .as("what the sleeper writes on its way out is its own")
                .doesNotThrowAnyException();
        assertThat(a.repository.leases().tryAcquire("op-a2")).isEmpty();
    }

    @Test
    void confirm_asks_the_store_and_does_not_wait_for_the_next_beat() throws Exception {
        Lease slept = a.hold("op-a");
        world.store.put(Layout.lease(2), "{}");

        assertThatCode(slept::requireHeld).doesNotThrowAnyException();
        assertThatThrownBy(slept::confirm).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_beat_that_can_not_be_written_for_15_s_ends_the_trust_and_a_later_one_restores_it() throws Exception {
        FaultyObjectStore faulty = new FaultyObjectStore(world.store);
        Machine c = world.machine("host-c", faulty, SigningKeys.none());
        Lease lease = c.hold("op-c");
        for (int beat = 2; beat <= 4; beat++) {
            faulty.script(Call.PUT, key -> key.endsWith(".beat"), beat - 1, Fault.fail());
        }

        world.advance(Duration.ofSeconds(15));
        assertThatCode(lease::requireHeld).doesNotThrowAnyException();
        world.advance(Duration.ofSeconds(1));
        assertThatThrownBy(lease::requireHeld)
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("last written 16000 ms ago");
        world.advance(Duration.ofSeconds(4));

        assertThatCode(lease::requireHeld).doesNotThrowAnyException();
        faulty.assertAllReached();
    }

    @Test
    void an_epoch_that_was_created_although_its_answer_was_lost_is_held() throws Exception {
        FaultyObjectStore faulty = new FaultyObjectStore(world.store);
        Machine c = world.machine("host-c", faulty, SigningKeys.none());
        faulty.script(Call.PUT_IF_ABSENT, key -> key.startsWith(Layout.LEASES), 1, Fault.answerLost());

        assertThat(c.repository.leases().tryAcquire("op-c")).isPresent();
        faulty.assertAllReached();
    }

    @Test
    void a_contender_that_creates_an_epoch_which_was_removed_long_ago_does_not_hold_it() throws IOException {
        for (int i = 1; i <= 30; i++) {
            a.hold("op-" + i).close();
        }
        assertThat(world.store.has(Layout.lease(2)))
                .as("old epochs are removed")
                .isFalse();
        assertThat(world.store.keys(Layout.LEASES)).hasSizeLessThan(25);

        boolean created = new Epochs(new Documents(world.store))
                .create(2, new Epochs.Claim("op-slept", "host-b", 1, time.now(), "token"));

        assertThat(created).isFalse();
        assertThat(b.repository.leases().tryAcquire("op-b"))
                .hasValueSatisfying(lease -> assertThat(lease.epoch()).isEqualTo(31));
    }

    @Test
    void a_holder_is_said_to_beat_while_its_beat_is_young_by_the_stores_clock() throws IOException {
        a.hold("op-a");
        world.advance(Duration.ofSeconds(30));
        assertThat(stateSeenBy(b)).isEqualTo(Holder.State.BEATS);

        a.frozen = true;
        world.advance(Duration.ofSeconds(8));

        assertThat(stateSeenBy(b)).isEqualTo(Holder.State.UNKNOWN);
    }

    @Test
    void a_silent_holder_has_a_successor_within_30_s_even_if_nobody_waits_while_its_beat_is_young() throws Exception {
        a.hold("op-a");
        a.frozen = true;
        long start = time.nanoTime();
        while (stateSeenBy(b) == Holder.State.BEATS) {
            world.advance(Duration.ofSeconds(1));
        }

        b.repository.leases().acquire("op-b", Duration.ofSeconds(25), holder -> {});

        assertThat(time.since(start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void a_holder_of_this_host_whose_process_is_gone_is_said_to_be_dead() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Epochs epochs = new Epochs(new Documents(world.store));
        epochs.create(1, new Epochs.Claim("op-gone", "host-a", gone.pid(), time.now(), "token"));
        assertThat(stateSeenBy(a)).isEqualTo(Holder.State.DEAD);
        assertThat(stateSeenBy(b)).as("another host can not know").isEqualTo(Holder.State.BEATS);

        epochs.create(
                2,
                new Epochs.Claim(
                        "op-reused", "host-a", ThisProcess.pid(), time.now().minusSeconds(900), "t"));
        assertThat(stateSeenBy(a)).as("its number is used by another process").isEqualTo(Holder.State.DEAD);
    }

    private static Holder.State stateSeenBy(Machine machine) throws IOException {
        return machine.repository.leases().holder().orElseThrow().state();
    }
}
