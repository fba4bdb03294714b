package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random sequences of all that can be done with permits, each step compared with {@link BreakerModel}: permits never
 * leak, never multiply, and never decide in a state that is not theirs.
 */
class BreakerPropertyTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(30);
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Duration[] STEPS = {
        Duration.ofNanos(1), Duration.ofSeconds(1), OPEN_FOR.minusNanos(1), OPEN_FOR, MAX_WAIT.minusNanos(1), MAX_WAIT
    };

    private record Held(Permit permit, BreakerModel.Ticket ticket) {}

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_sequence_of_calls_ends_as_the_model_says(long seed) {
        run(seed);
    }

    @Test
    void the_sequences_reach_every_state() {
        Set<State> reached = EnumSet.noneOf(State.class);
        seeds().limit(20).forEach(seed -> reached.addAll(run(seed)));
        assertThat(reached).containsExactlyInAnyOrder(State.values());
    }

    private static Set<State> run(long seed) {
        Random random = new Random(seed);
        int limit = 1 + random.nextInt(3);
        int permits = 1 + random.nextInt(3);
        int successes = 1 + random.nextInt(3);
        double failing = random.nextDouble();
        ManualTime time = new ManualTime();
        CircuitBreaker breaker = CircuitBreaker.of(
                "x",
                CircuitBreakerConfig.consecutive(limit, OPEN_FOR).withHalfOpen(permits, successes, MAX_WAIT),
                time);
        BreakerModel model = new BreakerModel(limit, permits, successes, OPEN_FOR.toNanos(), MAX_WAIT.toNanos());
        List<Held> held = new ArrayList<>();
        Set<State> reached = EnumSet.noneOf(State.class);
        for (int step = 0; step < 400; step++) {
            String what = "seed " + seed + ", step " + step + ": ";
            int choice = random.nextInt(100);
            if (choice < 45) {
                what += "take";
                Permit permit = breaker.tryAcquire();
                BreakerModel.Ticket ticket = model.take(time.nanoTime());
                assertThat(permit != null).as(what).isEqualTo(ticket != null);
                if (permit != null && ticket != null) {
                    held.add(new Held(permit, ticket));
                }
            } else if (choice < 90 && !held.isEmpty()) {
                int index = random.nextInt(held.size());
                // Some are kept, to be closed again later.
                Held one = random.nextInt(10) == 0 ? held.get(index) : held.remove(index);
                if (random.nextInt(5) == 0) {
                    what += "release";
                    one.permit().close();
                    model.release(one.ticket());
                } else if (random.nextDouble() < failing) {
                    what += "fail";
                    one.permit().onFailure(new IOException("down"));
                    model.fail(one.ticket(), time.nanoTime());
                } else {
                    what += "succeed";
                    one.permit().onSuccess();
                    model.succeed(one.ticket());
                }
            } else if (choice < 97) {
                what += "advance";
                time.advance(STEPS[random.nextInt(STEPS.length)]);
                time.jumpWallClock(Duration.ofDays(random.nextInt(100) - 50));
            } else {
                what += "tryHalfOpen";
                assertThat(breaker.tryHalfOpen()).as(what).isEqualTo(model.tryHalfOpen());
            }
            Snapshot now = breaker.snapshot();
            assertThat(now.state()).as(what).isEqualTo(model.state);
            assertThat(now.inFlight()).as(what).isEqualTo(model.inFlight);
            assertThat(now.rejected()).as(what).isEqualTo(model.rejected);
            if (model.state == CLOSED) {
                assertThat(now.consecutiveFailures()).as(what).isEqualTo(model.failuresInARow);
            }
            reached.add(now.state());
        }
        return reached;
    }
}
