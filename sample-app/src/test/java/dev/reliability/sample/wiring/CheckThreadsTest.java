package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CheckThreadsTest {
    @Test
    void a_check_that_runs_has_taken_its_probe_back_once_they_are_closed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger takenBack = new AtomicInteger();
        CheckThreads threads = new CheckThreads();
        threads.execute(() -> {
            begun.countDown();
            TidyingUp.slowly();
            takenBack.incrementAndGet();
        });
        begun.await();

        threads.close();

        assertThat(takenBack).hasValue(1);
    }
}
