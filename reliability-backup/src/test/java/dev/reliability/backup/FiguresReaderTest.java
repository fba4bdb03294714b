package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FiguresReaderTest {
    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void it_reads_when_it_begins_and_when_it_is_asked_to_and_not_once_it_is_closed() {
        try (FiguresReader reader = new FiguresReader(this::read, TimeSource.system())) {
            assertThat(reader.last()).isEmpty();
            reader.start();
            Awaitility.await().until(() -> reads.get() == 1 && reader.last().isPresent());

            reader.request();

            Awaitility.await().until(() -> reader.last().orElseThrow().damaged() == 2);
            assertThat(reader.age().orElseThrow()).isLessThan(FiguresReader.REFRESH);
            assertThat(reads).hasValue(2);
        }
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("backup-figures")));
    }

    @Test
    void a_reading_has_ended_once_it_is_closed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        FiguresReader reader = new FiguresReader(
                () -> {
                    begun.countDown();
                    long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
                    while (System.nanoTime() < end) {
                        LockSupport.parkNanos(end - System.nanoTime());
                    }
                    ended.set(true);
                    return read();
                },
                TimeSource.system());
        reader.start();
        begun.await();

        reader.close();

        assertThat(ended).isTrue();
    }

    private BackupFigures read() {
        return new BackupFigures(Map.of(), Map.of(), null, null, reads.incrementAndGet(), Instant.EPOCH, Map.of());
    }
}
