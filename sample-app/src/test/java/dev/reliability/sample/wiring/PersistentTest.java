package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PersistentTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @Test
    void what_is_wanted_while_it_is_being_done_is_done_once_more() throws Exception {
        AtomicInteger done = new AtomicInteger();
        Semaphore steps = new Semaphore(0);
        CountDownLatch begun = new CountDownLatch(1);
        try (Persistent work = new Persistent("test", NEVER, () -> {
            begun.countDown();
            steps.acquire();
            done.incrementAndGet();
        })) {
            work.request();
            begun.await();
            work.request();
            work.request();

            steps.release(5);

            Awaitility.await().until(() -> done.get() == 2);
            work.request();
            Awaitility.await().until(() -> done.get() == 3);
            assertThat(steps.availablePermits()).isEqualTo(2);
        }
    }

    @Test
    void while_it_waits_to_be_tried_again_wishes_do_not_hurry_it() {
        AtomicInteger tried = new AtomicInteger();
        try (Persistent work = new Persistent("test", Duration.ofMillis(500), () -> {
            if (tried.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
        })) {
            long start = System.nanoTime();

            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
                work.request();
                return tried.get() >= 3;
            });

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void what_runs_has_left_everything_in_order_once_it_is_closed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger tidied = new AtomicInteger();
        Persistent work = new Persistent("test", NEVER, () -> {
            begun.countDown();
            try {
                new Semaphore(0).acquire();
            } finally {
                TidyingUp.slowly();
                tidied.incrementAndGet();
            }
        });
        work.request();
        begun.await();

        work.close();

        assertThat(tidied).hasValue(1);
    }
}
