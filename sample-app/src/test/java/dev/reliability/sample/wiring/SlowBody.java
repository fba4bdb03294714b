package dev.reliability.sample.wiring;

import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/** Some bytes now, and the last one when somebody says so. */
final class SlowBody extends InputStream {
    private static final int AT_ONCE = 100_000;

    private final CountDownLatch lastByte;
    private int sent;

    SlowBody(CountDownLatch lastByte) {
        this.lastByte = lastByte;
    }

    @Override
    public int read() {
        if (sent == AT_ONCE) {
            try {
                lastByte.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return sent++ <= AT_ONCE ? 'x' : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        int count = 0;
        while (count < length && (sent != AT_ONCE || count == 0)) {
            int next = read();
            if (next < 0) {
                break;
            }
            buffer[offset + count++] = (byte) next;
        }
        return count == 0 ? -1 : count;
    }
}
