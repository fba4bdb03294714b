package dev.reliability.core.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.reliability.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakersTest {
    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30));

    private final CircuitBreakers breakers = new CircuitBreakers(new ManualTime());

    @Test
    void the_same_name_gives_the_same_breaker() {
        CircuitBreaker database = breakers.get("database", CONFIG);
        CircuitBreaker again = breakers.get("database", CircuitBreakerConfig.consecutive(5, Duration.ofSeconds(30)));
        assertThat(again).isSameAs(database);
        assertThat(breakers.get("storage", CONFIG)).isNotSameAs(database);
    }

    @Test
    void other_parameters_are_refused_with_both_values() {
        breakers.get("database", CONFIG);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> breakers.get("database", CircuitBreakerConfig.consecutive(3, Duration.ofSeconds(30))))
                .withMessage(
                        "circuit breaker 'database' was made with (5 failures in a row, open for 30 s) and is asked"
                                + " for with (3 failures in a row, open for 30 s): ask for the same, use another name, or"
                                + " reconfigure it");
    }

    @Test
    void after_reconfiguring_the_parameters_that_it_was_made_with_still_find_it() {
        CircuitBreaker database = breakers.get("database", CONFIG);
        database.reconfigure(CircuitBreakerConfig.consecutive(3, Duration.ofSeconds(1)));
        assertThat(breakers.get("database", CONFIG)).isSameAs(database);
    }

    @Test
    void all_are_listed_in_the_order_of_their_making() {
        List<CircuitBreaker> none = breakers.all();
        for (String name : List.of("storage", "database", "a", "z")) {
            breakers.get(name, CONFIG);
        }
        breakers.get("database", CONFIG);
        assertThat(breakers.all()).extracting(CircuitBreaker::name).containsExactly("storage", "database", "a", "z");
        assertThat(none).as("a snapshot").isEmpty();
        assertThat(breakers.find("a")).containsSame(breakers.get("a", CONFIG));
        assertThat(breakers.find("b")).isEmpty();
    }

    @Test
    void sixty_four_threads_that_ask_at_the_same_time_get_the_same_one() throws Exception {
        int threads = 64;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 50; round++) {
                String name = "breaker-" + round;
                CyclicBarrier together = new CyclicBarrier(threads);
                List<Future<CircuitBreaker>> answers = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    answers.add(pool.submit(() -> {
                        together.await();
                        return breakers.get(name, CONFIG);
                    }));
                }
                Set<CircuitBreaker> different = Collections.newSetFromMap(new IdentityHashMap<>());
                for (Future<CircuitBreaker> answer : answers) {
                    different.add(answer.get(30, TimeUnit.SECONDS));
                }
                assertThat(different).hasSize(1);
                assertThat(breakers.all()).hasSize(round + 1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void a_listener_hears_of_every_breaker_those_made_before_and_after_and_can_be_removed() {
        CircuitBreaker before = breakers.get("before", CONFIG);
        List<String> heard = new ArrayList<>();
        CircuitBreaker.Registration registration =
                breakers.onTransition(transition -> heard.add(transition.breaker() + " " + transition.to()));
        CircuitBreaker after = breakers.get("after", CONFIG);
        open(before);
        open(after);
        assertThat(heard).containsExactly("before OPEN", "after OPEN");
        registration.close();
        after.tryHalfOpen();
        assertThat(heard).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "database", "userService", "api.example.com", "replica-2", "x_1"})
    void names_are_ascii_letters_digits_and_a_few_signs(String name) {
        assertThat(breakers.get(name, CONFIG).name()).isEqualTo(name);
        assertThat(breakers.get("a".repeat(64), CONFIG)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-a", ".a", "_a", "a b", "a/b", "a\"b", "数据库", "a\n", "a{b}"})
    void other_names_are_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> breakers.get(name, CONFIG))
                .withMessageContaining("must be 1 to 64 of");
        assertThat(breakers.all()).isEmpty();
    }

    @Test
    void a_refused_name_is_shown_short_and_without_control_characters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CircuitBreaker.of("a\r\nINFO forged" + "x".repeat(10_000), CONFIG))
                .withMessageContaining("'a??INFO forgedxxx")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    }

    private static void open(CircuitBreaker breaker) {
        for (int i = 0; i < 5; i++) {
            breaker.acquire().onFailure(new IOException("connection refused"));
        }
    }
}
