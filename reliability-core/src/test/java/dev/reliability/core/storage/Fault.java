package dev.reliability.core.storage;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What goes wrong in one call of a {@link FaultyObjectStore}. */
public final class Fault {
    /** Nothing goes wrong. */
    static final Fault NONE = new Fault(Kind.NONE, 0);

    private enum Kind {
        NONE,
        FAIL,
        FAIL_FOR_GOOD,
        ANSWER_LOST,
        NO_SPACE,
        CUT,
        TRUNCATE,
        FLIP,
        HANG,
        DIE_BEFORE,
        DIE_AFTER,
        MEANWHILE,
        REPEAT,
        STORE_LESS,
        LIE
    }

    private final Kind kind;
    private final long at;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private @Nullable Runnable meanwhile;

    private Fault(Kind kind, long at) {
        this.kind = kind;
        this.at = at;
    }

    /** The store is out of reach: nothing is done, and trying again may help. */
    public static Fault fail() {
        return new Fault(Kind.FAIL, 0);
    }

    /** The store refuses: nothing is done, and trying again does not help. */
    public static Fault failForGood() {
        return new Fault(Kind.FAIL_FOR_GOOD, 0);
    }

    /** The call is done, but fails as if the store were out of reach. */
    public static Fault answerLost() {
        return new Fault(Kind.ANSWER_LOST, 0);
    }

    /** A write finds the store full after so many bytes; other calls find it full at once. */
    public static Fault noSpace(long afterBytes) {
        return new Fault(Kind.NO_SPACE, afterBytes);
    }

    /** A write or a read fails after so many bytes, a listing after so many objects; other calls fail at once. */
    public static Fault cutAfter(long bytesOrObjects) {
        return new Fault(Kind.CUT, bytesOrObjects);
    }

    /** A read ends after so many bytes, as if the object were shorter; nothing else is changed. */
    public static Fault truncate(long bytes) {
        return new Fault(Kind.TRUNCATE, bytes);
    }

    /** A read delivers one byte with a flipped bit; nothing else is changed. */
    public static Fault flip(long offset) {
        return new Fault(Kind.FLIP, offset);
    }

    /** The call stands still until {@link #release()} or an interrupt, which makes it fail. */
    public static Fault hang() {
        return new Fault(Kind.HANG, 0);
    }

    /** The process dies before the call: nothing is done, and every later call fails. */
    public static Fault dieBefore() {
        return new Fault(Kind.DIE_BEFORE, 0);
    }

    /** The process dies after the call: it is done, and every later call fails. */
    public static Fault dieAfter() {
        return new Fault(Kind.DIE_AFTER, 0);
    }

    /** Before the call, something else happens; the call itself goes well. */
    public static Fault meanwhile(Runnable somethingElse) {
        Fault fault = new Fault(Kind.MEANWHILE, 0);
        fault.meanwhile = somethingElse;
        return fault;
    }

    /** The call is done twice, as if its answer had been lost on the way to somebody who asks again by himself. */
    public static Fault repeat() {
        return new Fault(Kind.REPEAT, 0);
    }

    /** A write stores only so many bytes, and says that it stored all; other calls go well. */
    public static Fault storeLess(long bytes) {
        return new Fault(Kind.STORE_LESS, bytes);
    }

    /** A write or a delete is not done, and says that it was; other calls go well. */
    public static Fault lie() {
        return new Fault(Kind.LIE, 0);
    }

    /** Waits until the call has come to this fault. */
    public void awaitReached() throws InterruptedException {
        reached.await();
    }

    /** Lets a {@link #hang()} go on. */
    public void release() {
        released.countDown();
    }

    @Override
    public String toString() {
        return kind + (at == 0 ? "" : "(" + at + ")");
    }

    static ObjectStoreException dead() {
        return new ObjectStoreException("scripted: the process is dead", false, null);
    }

    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    @FunctionalInterface
    interface Write<T> {
        T run(ObjectBody body) throws IOException;
    }

    /** What a store says that did what it was told. */
    @FunctionalInterface
    interface Claim<T> {
        T stored(long bytes);
    }

    <T> T write(Supplier<String> where, ObjectBody body, Runnable die, Write<T> write, Claim<T> claim)
            throws IOException {
        if (kind == Kind.REPEAT || kind == Kind.STORE_LESS || kind == Kind.LIE) {
            reached.countDown();
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            body.writeTo(sent);
            return misdone(sent.toByteArray(), write, claim);
        }
        if (kind == Kind.CUT || kind == Kind.NO_SPACE) {
            reached.countDown();
            return write.run(out -> {
                body.writeTo(new FailingOutputStream(out, where));
                // An object that is too short to be cut fails at its end.
                throw cut(where);
            });
        }
        return call(where, die, () -> write.run(body));
    }

    private <T> T misdone(byte[] sent, Write<T> write, Claim<T> claim) throws IOException {
        if (kind == Kind.REPEAT) {
            write.run(ObjectBody.of(sent));
            return write.run(ObjectBody.of(sent));
        }
        if (kind == Kind.STORE_LESS) {
            write.run(ObjectBody.of(Arrays.copyOf(sent, (int) Math.min(at, sent.length))));
        }
        return claim.stored(sent.length);
    }

    /** Whether a call that changes the store is not done. */
    boolean lies() {
        return kind == Kind.LIE;
    }

    <T> T call(Supplier<String> where, Runnable die, Action<T> action) throws IOException {
        reached.countDown();
        switch (kind) {
            case FAIL -> throw failure(where, "is out of reach", true);
            case FAIL_FOR_GOOD -> throw failure(where, "refuses", false);
            case NO_SPACE -> throw cut(where);
            case HANG -> hang(where);
            case DIE_BEFORE -> {
                die.run();
                throw dead();
            }
            case MEANWHILE -> {
                if (meanwhile != null) {
                    meanwhile.run();
                }
            }
            case REPEAT -> {
                if (action.run() instanceof AutoCloseable once) {
                    close(once);
                }
            }
            default -> {}
        }
        T result = action.run();
        if (kind == Kind.ANSWER_LOST) {
            throw failure(where, "did not answer", true);
        }
        if (kind == Kind.DIE_AFTER) {
            die.run();
            throw dead();
        }
        return result;
    }

    private static void close(AutoCloseable opened) throws IOException {
        try {
            opened.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    InputStream stream(InputStream in) {
        return switch (kind) {
            case CUT, TRUNCATE, FLIP -> new FaultyInputStream(in);
            default -> in;
        };
    }

    Stream<ObjectInfo> elements(Stream<ObjectInfo> listed) {
        if (kind != Kind.CUT) {
            return listed;
        }
        AtomicLong left = new AtomicLong(at);
        return listed.peek(info -> {
            if (left.getAndDecrement() == 0) {
                throw new UncheckedIOException(failure(info::key, "broke off", true));
            }
        });
    }

    private void hang(Supplier<String> where) throws ObjectStoreException {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(where, "was interrupted", true);
        }
    }

    private ObjectStoreException cut(Supplier<String> where) {
        return kind == Kind.NO_SPACE
                ? new NoSpaceException("scripted: no space for " + where.get(), null)
                : failure(where, "broke off", true);
    }

    private static ObjectStoreException failure(Supplier<String> where, String what, boolean retryable) {
        return new ObjectStoreException("scripted: the store " + what + " at " + where.get(), retryable, null);
    }

    private final class FailingOutputStream extends OutputStream {
        private final OutputStream out;
        private final Supplier<String> where;
        private long left = at;

        FailingOutputStream(OutputStream out, Supplier<String> where) {
            this.out = out;
            this.where = where;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int allowed = (int) Math.min(left, length);
            out.write(bytes, offset, allowed);
            left -= allowed;
            if (allowed < length) {
                throw cut(where);
            }
        }
    }

    private final class FaultyInputStream extends FilterInputStream {
        private long position;

        FaultyInputStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int wanted = length;
            if (kind != Kind.FLIP) {
                if (position >= at && length > 0) {
                    if (kind == Kind.TRUNCATE) {
                        return -1;
                    }
                    throw cut(() -> "byte " + at);
                }
                wanted = (int) Math.min(length, at - position);
            }
            int read = in.read(bytes, offset, wanted);
            if (kind == Kind.FLIP && at >= position && at < position + read) {
                bytes[offset + (int) (at - position)] ^= 1;
            }
            position += Math.max(read, 0);
            return read;
        }

        @Override
        public long skip(long n) throws IOException {
            return in.readNBytes((int) Math.min(n, 8192)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
