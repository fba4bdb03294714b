package dev.reliability.backup.stream;

import dev.reliability.backup.manifest.Compression;
import dev.reliability.backup.stream.BlockFormat.BlockCompressor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Compresses on every core, in blocks that do not know of each other, and passes them on in their order.
 *
 * <h2>Threads</h2>
 *
 * For one writer, on whose thread the compressed bytes are passed on: while the next stage takes its time, the others
 * go on until all blocks are in use, and then the writer waits. The workers are this stream's own. The first full block
 * starts them, so what fits into one block needs none, and {@link #close()} ends them and waits until they are gone.
 *
 * <h2>Output</h2>
 *
 * It depends on the bytes alone: not on how they were handed over, nor on cores or timing. Nothing written is an empty
 * block.
 *
 * <h2>Costs</h2>
 *
 * Two buffers of {@link #BLOCK} for each block in use, of which there are twice as many as workers and one more; so at
 * most 18 MiB.
 */
final class ParallelCompressor extends OutputStream {
    /** Long enough that a block costs a percent of bytes at most, short enough that all of them fit a small heap. */
    static final int BLOCK = 512 * 1024;

    private static final int MOST_WORKERS = 8;

    private final BlockFormat format;
    private final OutputStream next;
    private final String name;
    private final int workerCount;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Block> all = new ArrayList<>();
    private final Deque<Block> free = new ArrayDeque<>();
    private final Deque<Block> inOrder = new ArrayDeque<>();
    private Block current;
    private @Nullable ExecutorService workers;
    private long count;
    private boolean finished;

    /**
     * Compresses so.
     *
     * @param next is neither flushed nor closed
     * @throws LinkageError see {@link Decompression#obstacle}
     */
    static ParallelCompressor of(Compression compression, OutputStream next) {
        return new ParallelCompressor(BlockFormat.of(compression), next, compression.wireName());
    }

    /**
     * @param next is neither flushed nor closed
     * @param name what the workers' names begin with
     */
    ParallelCompressor(BlockFormat format, OutputStream next, String name) {
        this.format = format;
        this.next = next;
        this.name = name;
        workerCount = Math.min(Runtime.getRuntime().availableProcessors(), MOST_WORKERS);
        current = newBlock();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** @throws InterruptedIOException the thread was interrupted while all blocks were in use; its flag is set */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (finished) {
            throw new IOException("the stream was finished before");
        }
        int done = 0;
        while (done < length) {
            if (current.length == BLOCK) {
                hand(current);
                current = nextFree();
            }
            int part = Math.min(length - done, BLOCK - current.length);
            System.arraycopy(bytes, offset + done, current.plain, current.length, part);
            current.length += part;
            done += part;
        }
        count += length;
    }

    /** How many bytes were written, before compression. */
    long count() {
        return count;
    }

    /** Passes on all that was written. Without it, what {@link #close()} leaves behind is cut. */
    void finish() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        if (workers == null) {
            current.compress();
            current.passOn(next);
            return;
        }
        hand(current);
        while (!inOrder.isEmpty()) {
            passOnFirst();
        }
    }

    /** Ends the workers, whatever they do, and gives back all memory. */
    @Override
    public void close() {
        finished = true;
        if (workers != null) {
            workers.shutdownNow();
            awaitEnd();
        }
        all.forEach(block -> block.compressor.close());
        all.clear();
    }

    private void hand(Block block) throws IOException {
        if (workers == null) {
            workers = Executors.newFixedThreadPool(workerCount, this::newThread);
        }
        block.compressed = workers.submit(block::compress);
        inOrder.add(block);
    }

    private Block nextFree() throws IOException {
        while (!inOrder.isEmpty() && inOrder.getFirst().isCompressed()) {
            passOnFirst();
        }
        if (free.isEmpty() && all.size() <= 2 * workerCount) {
            return newBlock();
        }
        if (free.isEmpty()) {
            passOnFirst();
        }
        return free.removeFirst();
    }

    private void passOnFirst() throws IOException {
        Block first = inOrder.removeFirst();
        first.await();
        first.passOn(next);
        free.add(first);
    }

    private Block newBlock() {
        Block block = new Block(format);
        all.add(block);
        return block;
    }

    /** Called by the writer alone, when it hands over a block. */
    private Thread newThread(Runnable work) {
        Thread thread = new Thread(work, name + "-" + (threads.size() + 1));
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /** A worker is in the middle of one block at most, so this is a matter of milliseconds, interrupt or not. */
    private void awaitEnd() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            boolean ended = false;
            while (!ended) {
                try {
                    thread.join();
                    ended = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A piece of the stream on its way: filled by the writer, compressed by a worker, passed on by the writer. */
    private static final class Block {
        private final BlockCompressor compressor;
        private final byte[] plain = new byte[BLOCK];
        private final byte[] out;
        private int length;
        private int outLength;
        private @Nullable Future<?> compressed;

        Block(BlockFormat format) {
            compressor = format.newCompressor();
            out = new byte[format.longest(BLOCK)];
        }

        void compress() {
            outLength = compressor.compress(plain, length, out);
        }

        boolean isCompressed() {
            return compressed != null && compressed.isDone();
        }

        void await() throws InterruptedIOException {
            if (compressed == null) {
                return;
            }
            try {
                compressed.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while compressing");
            } catch (ExecutionException e) {
                throw new IllegalStateException("compressing failed: " + e.getCause(), e.getCause());
            }
        }

        void passOn(OutputStream next) throws IOException {
            next.write(out, 0, outLength);
            length = 0;
        }
    }
}
