package dev.reliability.core.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.circuitbreaker.CircuitBreakerConfig.Window;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ring of results against a plain list of them. */
class CountWindowTest {

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void it_holds_the_last_results_whatever_came_and_however_its_size_changed(long seed) {
        Random random = new Random(seed);
        Window.Count parameters = parameters(random);
        ResultWindow window = ResultWindow.of(parameters);
        List<Boolean> model = new ArrayList<>();
        double failures = random.nextDouble();
        int run = 0;
        for (int step = 0; step < 500; step++) {
            if (random.nextInt(50) == 0) {
                parameters = parameters(random);
                window = window.resized(parameters);
            } else if (random.nextDouble() < failures) {
                window = window.afterFailure();
                model.add(true);
                run++;
            } else {
                run = 0;
                int row = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 3);
                for (int i = 0; i < row; i++) {
                    window.addSuccess();
                    window = window.afterSuccess();
                    model.add(false);
                }
            }
            while (model.size() > parameters.size()) {
                model.remove(0);
            }
            Counts counts = window.counts();
            int failed = (int) model.stream().filter(f -> f).count();
            assertThat(counts)
                    .as("seed %d, step %d, %s", seed, step, parameters)
                    .isEqualTo(new Counts(run, model.size(), failed));
            assertThat(window.opensAt(counts))
                    .isEqualTo(model.size() >= parameters.minimumCalls()
                            && failed / (double) model.size() >= parameters.failureRate());
        }
    }

    private static Window.Count parameters(Random random) {
        int size = 1 + random.nextInt(random.nextBoolean() ? 5 : 130);
        return new Window.Count(size, 1 + random.nextInt(size), (1 + random.nextInt(100)) / 100.0);
    }

    @Test
    void a_rate_written_in_decimals_is_reached_exactly() {
        for (int percent = 1; percent <= 100; percent++) {
            double rate = BigDecimal.valueOf(percent, 2).doubleValue();
            ResultWindow window = ResultWindow.of(new Window.Count(100, 100, rate));
            assertThat(window.opensAt(new Counts(0, 100, percent)))
                    .as("%d of 100", percent)
                    .isTrue();
            assertThat(window.opensAt(new Counts(0, 100, percent - 1))).isFalse();
        }
    }

    @Test
    void a_value_does_not_change_with_those_that_follow_it() {
        ResultWindow one = ResultWindow.of(new Window.Count(4, 1, 1)).afterFailure();
        one.afterFailure().afterFailure();
        assertThat(one.counts()).isEqualTo(new Counts(1, 1, 1));
    }

    @Test
    void successes_told_by_many_threads_are_all_counted() throws Exception {
        ResultWindow window =
                ResultWindow.of(new Window.Count(10_000, 10_000, 1)).afterFailure();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> ends = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> {
                        for (int n = 0; n < 1_000; n++) {
                            window.addSuccess();
                        }
                    }))
                    .toList();
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(window.afterFailure().counts()).isEqualTo(new Counts(1, 4_002, 2));
    }
}
