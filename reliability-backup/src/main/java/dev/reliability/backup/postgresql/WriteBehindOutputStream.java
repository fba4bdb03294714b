package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a child's input on a thread of its own, a few blocks behind, so that whoever feeds it can be interrupted. For
 * one writer. {@link #close()} ends the input after all that was written; {@link #abandon()} only ends the thread, once
 * the child is dead.
 */
final class WriteBehindOutputStream extends OutputStream {
    private static final int BLOCKS = 8;

    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS);
    private final OutputStream out;
    private final String name;
    private final Thread thread;
    private volatile @Nullable IOException failure;
    private Block current = Block.empty();
    private boolean closed;

    WriteBehindOutputStream(OutputStream out, String name) {
        this.out = out;
        this.name = name;
        thread = new Thread(this::writeAll, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int part = Math.min(count - done, current.bytes.length - current.length);
            System.arraycopy(bytes, offset + done, current.bytes, current.length, part);
            current.length += part;
            done += part;
            if (current.length == current.bytes.length) {
                flush();
            }
        }
    }

    /** Hands over what was written; does not wait until it is read. */
    @Override
    public void flush() throws IOException {
        if (current.length > 0) {
            Block block = current;
            current = Block.empty();
            hand(block);
        }
    }

    /** Ends the input; returns when the child has it all. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        flush();
        hand(Block.end());
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw Interrupts.during(name);
        }
        checkFailure();
    }

    void abandon() {
        closed = true;
        thread.interrupt();
    }

    private void hand(Block block) throws IOException {
        try {
            do {
                checkFailure();
            } while (!full.offer(block, 100, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw Interrupts.during(name);
        }
    }

    private void checkFailure() throws IOException {
        IOException failed = failure;
        if (failed != null) {
            throw new ChildGoneException(name, failed);
        }
    }

    private void writeAll() {
        try (out) {
            for (Block block = full.take(); !block.isEnd(); block = full.take()) {
                out.write(block.bytes, 0, block.length);
                if (full.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException abandoned) {
            Thread.currentThread().interrupt();
        }
    }
}
