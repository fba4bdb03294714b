package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a child's output on a thread of its own, a few blocks ahead, so that whoever waits for it can be interrupted.
 * For one reader; closing it ends the thread, once the child is dead.
 */
final class ReadAheadInputStream extends InputStream {
    private static final int BLOCKS = 8;

    private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS);
    private final BlockingQueue<Block> empty = new ArrayBlockingQueue<>(BLOCKS);
    private final InputStream in;
    private final String name;
    private final Patience patience;
    private final Thread thread;
    private volatile @Nullable IOException failure;
    private @Nullable Block current;

    /** @param patience with the child; when it is over, a read throws {@link StuckException} */
    ReadAheadInputStream(InputStream in, String name, Patience patience) {
        this.in = in;
        this.name = name;
        this.patience = patience;
        // One block is with the reader, one in the thread's hands.
        for (int i = 0; i < BLOCKS - 1; i++) {
            empty.add(Block.empty());
        }
        thread = new Thread(this::readAll, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            Block block = current;
            if (block == null) {
                block = patience.await(name, millis -> full.poll(millis, TimeUnit.MILLISECONDS));
                current = block;
            }
            if (block.isEnd()) {
                IOException failed = failure;
                if (failed != null) {
                    throw new ChildGoneException(name, failed);
                }
                return -1;
            }
            int count = Math.min(length, block.length - block.position);
            System.arraycopy(block.bytes, block.position, bytes, offset, count);
            block.position += count;
            if (block.position == block.length) {
                current = null;
                empty.put(block);
            }
            return count;
        } catch (InterruptedException e) {
            throw Interrupts.during(name);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void readAll() {
        try (in) {
            while (true) {
                Block block = empty.take();
                block.position = 0;
                block.length = in.read(block.bytes);
                if (block.length < 0) {
                    break;
                }
                full.put(block);
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException closed) {
            return;
        }
        try {
            full.put(Block.end());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
