package dev.reliability.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of threads, memory and errors; that the bytes are right is shown by {@link EncodingTest}. */
class ParallelCompressorTest {
    private static final String NAME = "compressor-under-test";
    private static final byte[] BLOCK = new byte[ParallelCompressor.BLOCK];

    @Test
    void what_fits_into_one_block_needs_no_thread() throws IOException {
        try (ParallelCompressor compressor = compressor(new GzipFormat(), OutputStream.nullOutputStream())) {
            compressor.write(BLOCK);
            compressor.finish();

            assertThat(threads()).isEmpty();
        }
    }

    @Test
    void the_workers_are_gone_when_it_is_closed() throws IOException {
        try (ParallelCompressor compressor = compressor(new GzipFormat(), OutputStream.nullOutputStream())) {
            write(compressor, 20);
            assertThat(threads()).isNotEmpty();
            compressor.finish();
        }

        assertThat(threads()).isEmpty();
    }

    @Test
    void a_source_that_gives_up_leaves_no_thread_and_its_end_is_not_passed_on() throws IOException {
        AtomicInteger blocks = new AtomicInteger();
        try (ParallelCompressor compressor = compressor(new GzipFormat(), counting(blocks))) {
            write(compressor, 20);
        }

        assertThat(blocks).hasValueLessThan(20);
        assertThat(threads()).isEmpty();
    }

    @Test
    void a_next_stage_that_fails_is_heard_and_leaves_no_thread() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the disk is full");
            }
        };

        assertThatThrownBy(() -> {
                    try (ParallelCompressor compressor = compressor(new GzipFormat(), full)) {
                        write(compressor, 100);
                    }
                })
                .hasMessage("the disk is full");
        assertThat(threads()).isEmpty();
    }

    @Test
    void a_worker_that_fails_is_heard_and_leaves_no_thread() {
        BlockFormat broken = new Scripted() {
            @Override
            void beforeEach() {
                throw new IllegalStateException("the library broke");
            }
        };

        assertThatThrownBy(() -> {
                    try (ParallelCompressor compressor = compressor(broken, OutputStream.nullOutputStream())) {
                        write(compressor, 100);
                    }
                })
                .hasMessageContaining("the library broke");
        assertThat(threads()).isEmpty();
    }

    @Test
    void a_next_stage_that_stands_still_stops_the_writer_with_bounded_blocks() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger written = new AtomicInteger();
        Scripted format = new Scripted();
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new AssertionError("blocks are passed on whole");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                awaitUninterrupted(goOn);
            }
        };
        Thread writer = new Thread(() -> {
            try (ParallelCompressor compressor = compressor(format, stuck)) {
                for (int i = 0; i < 200; i++) {
                    compressor.write(BLOCK);
                    written.incrementAndGet();
                }
                compressor.finish();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        Awaitility.await().until(() -> writer.getState() == Thread.State.WAITING);

        int bound = 2 * Math.min(Runtime.getRuntime().availableProcessors(), 8) + 1;
        assertThat(written).hasValueLessThanOrEqualTo(bound);
        goOn.countDown();
        writer.join();
        assertThat(written).hasValue(200);
        assertThat(format.compressors).hasValueLessThanOrEqualTo(bound);
        assertThat(threads()).isEmpty();
    }

    @Test
    void a_writer_that_is_interrupted_while_it_waits_ends_and_leaves_no_thread() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        BlockFormat stuck = new Scripted() {
            @Override
            void beforeEach() {
                try {
                    never.await();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try (ParallelCompressor compressor = compressor(stuck, OutputStream.nullOutputStream())) {
                write(compressor, 200);
            } catch (IOException e) {
                thrown.set(e);
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        writer.start();
        Awaitility.await().until(() -> writer.getState() == Thread.State.WAITING);
        writer.interrupt();
        writer.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(flag.get()).isTrue();
        assertThat(threads()).isEmpty();
    }

    private static ParallelCompressor compressor(BlockFormat format, OutputStream next) {
        return new ParallelCompressor(format, next, NAME);
    }

    private static void write(ParallelCompressor compressor, int blocks) throws IOException {
        for (int i = 0; i < blocks; i++) {
            compressor.write(BLOCK);
        }
    }

    private static OutputStream counting(AtomicInteger writes) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("blocks are passed on whole");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                writes.incrementAndGet();
            }
        };
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith(NAME))
                .toList();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A format that makes one byte of a block. */
    private static class Scripted implements BlockFormat {
        final AtomicInteger compressors = new AtomicInteger();

        void beforeEach() {}

        @Override
        public BlockCompressor newCompressor() {
            compressors.incrementAndGet();
            return new BlockCompressor() {
                @Override
                public int compress(byte[] plain, int length, byte[] compressed) {
                    beforeEach();
                    return 1;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public int longest(int plainLength) {
            return 1;
        }

        @Override
        public InputStream reader(InputStream compressed) {
            throw new AssertionError("nothing is read");
        }
    }
}
