package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.backup.BackupService.Watch;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an observer is told, by looks that the tests take themselves as time does not pass by itself. */
@Timeout(20)
class WatchesTest {
    private final ManualTime time = new ManualTime();
    private final AtomicInteger reads = new AtomicInteger();
    private final BlockingQueue<OperationStatus> told = new LinkedBlockingQueue<>();
    private volatile @Nullable OperationStatus here;
    private volatile OperationStatus onRecord = running(0);
    private final Watches watches = new Watches(
            new Watches.Source() {
                @Override
                public Optional<OperationStatus> here(String operationId) {
                    return Optional.ofNullable(here);
                }

                @Override
                public Optional<OperationStatus> onRecord(String operationId) {
                    reads.incrementAndGet();
                    return Optional.of(onRecord);
                }
            },
            time);

    @AfterEach
    void close() {
        watches.close();
    }

    @Test
    void anObserver_isToldThePresentState_eachChangeOnce_andTheEndLast() throws Exception {
        here = running(0);
        Watch unused = watches.add(running(0), told::add);
        assertThat(next()).isEqualTo(running(0));

        watches.look();
        here = running(1);
        watches.look();
        assertThat(next()).isEqualTo(running(1));

        here = ended();
        watches.look();
        watches.look();
        assertThat(next()).isEqualTo(ended());
        watches.close();
        assertThat(told).isEmpty();
    }

    @Test
    void anOperationThatHasEnded_isToldOnce_andNotLookedUp() throws Exception {
        Watch unused = watches.add(ended(), told::add);

        assertThat(next()).isEqualTo(ended());
        time.advance(Duration.ofSeconds(5));
        watches.look();
        assertThat(reads).hasValue(0);
    }

    @Test
    void anOperationOfAnotherProcess_isReadOnceASecond_forAllThatWatchIt() throws Exception {
        Watch first = watches.add(running(0), told::add);
        Watch second = watches.add(running(0), told::add);

        for (int i = 0; i < 20; i++) {
            time.advance(Duration.ofMillis(100));
            watches.look();
        }

        assertThat(reads).hasValue(2);
        first.close();
        second.close();
    }

    @Test
    void aSlowObserver_missesStatesInBetween_neverTheEnd_andHoldsUpNobody() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        BlockingQueue<OperationStatus> toldSlowly = new LinkedBlockingQueue<>();
        Watch slow = watches.add(running(0), status -> {
            toldSlowly.add(status);
            awaitUninterrupted(goOn);
        });
        assertThat(toldSlowly.poll(10, TimeUnit.SECONDS)).isEqualTo(running(0));
        Watch quick = watches.add(running(0), told::add);
        assertThat(next()).isEqualTo(running(0));

        for (OperationStatus status : List.of(running(1), running(2), ended())) {
            here = status;
            watches.look();
            assertThat(next()).isEqualTo(status);
        }
        goOn.countDown();

        assertThat(toldSlowly.poll(10, TimeUnit.SECONDS)).isEqualTo(ended());
        slow.close();
        quick.close();
    }

    @Test
    void anObserverThatThrows_isToldWhatFollows() throws Exception {
        Watch unused = watches.add(running(0), status -> {
            told.add(status);
            throw new IllegalStateException("a careless observer");
        });
        assertThat(next()).isEqualTo(running(0));

        here = ended();
        watches.look();

        assertThat(next()).isEqualTo(ended());
    }

    @Test
    void afterTheWatchIsClosed_nothingIsTold_norRead() throws Exception {
        Watch watch = watches.add(running(0), told::add);
        assertThat(next()).isEqualTo(running(0));

        watch.close();
        time.advance(Duration.ofSeconds(5));
        onRecord = running(1);
        watches.look();
        watches.close();

        assertThat(told).isEmpty();
        assertThat(reads).hasValue(0);
    }

    private OperationStatus next() throws InterruptedException {
        OperationStatus next = told.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("what the observer is told").isNotNull();
        return next;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static OperationStatus running(long bytes) {
        return status(Status.RUNNING, "dumping", bytes);
    }

    private static OperationStatus ended() {
        return status(Status.COMPLETED, "done", 10);
    }

    private static OperationStatus status(Status status, String phase, long bytes) {
        Instant start = Instant.parse("2026-01-03T14:00:00Z");
        return new OperationStatus(
                "op_20260103_140000_abcdef",
                Kind.CREATE,
                null,
                status,
                phase,
                bytes,
                10,
                "",
                start,
                status.ended() ? start : null,
                null,
                "host",
                "alice");
    }
}
