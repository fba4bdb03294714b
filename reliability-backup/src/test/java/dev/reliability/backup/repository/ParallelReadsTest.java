package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelReadsTest {
    private static final List<Integer> MANY =
            IntStream.range(0, 10 * ParallelReads.THREADS).boxed().toList();

    @Test
    void what_was_read_is_in_the_order_of_the_documents_and_no_thread_is_left() throws IOException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        List<String> read = ParallelReads.of(MANY, document -> {
            threads.add(Thread.currentThread());
            return "read " + document;
        });

        assertThat(read)
                .isEqualTo(MANY.stream().map(document -> "read " + document).toList());
        assertThat(threads)
                .hasSizeBetween(1, ParallelReads.THREADS)
                .doesNotContain(Thread.currentThread())
                .allSatisfy(thread -> assertThat(thread.getName()).startsWith("backup-repository-read-"))
                .noneMatch(Thread::isAlive);
    }

    @Test
    void as_many_are_read_at_a_time_as_there_are_threads() throws IOException {
        CyclicBarrier all = new CyclicBarrier(ParallelReads.THREADS);

        assertThat(ParallelReads.of(MANY, document -> together(all))).hasSameSizeAs(MANY);
    }

    private static int together(CyclicBarrier all) throws IOException {
        try {
            return all.await(30, TimeUnit.SECONDS);
        } catch (Exception alone) {
            throw new IOException(alone);
        }
    }

    @Test
    void a_few_are_read_by_the_caller() throws IOException {
        List<Integer> few = MANY.subList(0, ParallelReads.FEW - 1);

        assertThat(ParallelReads.of(few, document -> Thread.currentThread())).containsOnly(Thread.currentThread());
    }

    @Test
    void a_failure_ends_all_as_it_is() {
        IOException broken = new IOException("the store is gone");

        assertThatThrownBy(() -> ParallelReads.of(MANY, document -> {
                    if (document == 7) {
                        throw broken;
                    }
                    return document;
                }))
                .isSameAs(broken);
        assertThatThrownBy(() -> ParallelReads.of(MANY, document -> 1 / (document - 7)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void an_interrupt_ends_all_and_is_kept() {
        CountDownLatch never = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> ParallelReads.of(MANY, document -> waitFor(never)))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static int waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
            return 0;
        } catch (InterruptedException ended) {
            throw new IOException(ended);
        }
    }
}
