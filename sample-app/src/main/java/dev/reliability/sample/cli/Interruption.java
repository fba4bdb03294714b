package dev.reliability.sample.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets SIGINT and SIGTERM end a subcommand in good order: what it has begun is cancelled, and the process waits until the
 * subcommand has told how that ended. Its exit code is then the JVM's own for the signal, 130 or 143; where it was too
 * late to cancel, that of the subcommand. Safe for use by any thread.
 */
public final class Interruption {
    /** Twice what an operation may take to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PrintWriter err;
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private @Nullable BooleanSupplier cancel;
    private boolean listening;
    private boolean tooLate;

    /** @param err where it says what it does */
    public Interruption(PrintWriter err) {
        this.err = err;
    }

    /** Answers signals from now on; to be called again by whatever begins next. */
    synchronized void listen() {
        if (!listening) {
            listening = true;
            Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted, "interruption"));
        }
    }

    /** What had begun has ended: there is nothing to cancel any more. */
    synchronized void ended() {
        cancel = null;
    }

    /** Whether a signal has come; then nothing new is to begin. */
    boolean hasCome() {
        return wanted.getCount() == 0;
    }

    /**
     * Says what has begun and how it is cancelled: at once if a signal has come already.
     *
     * @param how answers whether it was possible still
     */
    void cancels(BooleanSupplier how) {
        boolean now;
        synchronized (this) {
            cancel = how;
            now = wanted.getCount() == 0;
        }
        if (now) {
            cancel(how);
        }
    }

    /** Waits; true as soon as a signal has come. */
    boolean await(Duration time) throws InterruptedException {
        return wanted.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The subcommand is over and has told everything. */
    void over(int code) {
        exitCode.complete(code);
    }

    private void interrupted() {
        if (exitCode.isDone()) {
            return;
        }
        err.println("interrupted, cleaning up");
        BooleanSupplier begun;
        synchronized (this) {
            wanted.countDown();
            begun = cancel;
        }
        if (begun != null) {
            cancel(begun);
        }
        awaitEnd();
    }

    private void cancel(BooleanSupplier begun) {
        try {
            if (begun.getAsBoolean()) {
                return;
            }
        } catch (RuntimeException failure) {
            err.println("it can not be cancelled: " + failure.getMessage());
            return;
        }
        synchronized (this) {
            tooLate = true;
        }
        err.println("it is too late to cancel it, waiting for its end");
    }

    private synchronized boolean isTooLate() {
        return tooLate;
    }

    private void awaitEnd() {
        try {
            int code = isTooLate() ? exitCode.get() : exitCode.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (isTooLate()) {
                Runtime.getRuntime().halt(code);
            }
        } catch (TimeoutException e) {
            err.println("it has not ended within " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
