package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hears what psql says while a dump is fed to it, on a thread of its own: psql stops when nobody takes what its statements
 * print, of which a dump has one for each sequence and several for each large object, and whoever feeds it does not. For
 * one thread.
 */
final class LoadListener implements AutoCloseable {
    private static final Step END = () -> {};

    private final PsqlSession session;
    /** What is done at the marks that were not heard yet. */
    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();

    private final Thread thread = new Thread(this::listen, "reliability-load-listener");
    private volatile @Nullable Exception failure;

    private LoadListener(PsqlSession session) {
        this.session = session;
        thread.setDaemon(true);
    }

    static LoadListener start(PsqlSession session) {
        LoadListener listener = new LoadListener(session);
        listener.thread.start();
        return listener;
    }

    /** Something that is done beside the load. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** SQL to be sent; the step is done when psql has executed all in front of it. */
    String then(Step step) {
        steps.add(step);
        return session.mark();
    }

    /** Throws what a step failed by. */
    void requireNoFailure() throws IOException {
        Exception failed = failure;
        if (failed instanceof IOException io) {
            throw io;
        }
        if (failed instanceof RuntimeException other) {
            throw other;
        }
    }

    /** Returns when all that was sent is executed and all steps are done, and throws what failed. */
    void end() throws IOException {
        session.send(then(END));
        session.flush();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw Interrupts.during("the end of the load");
        }
        requireNoFailure();
    }

    private void listen() {
        try {
            Step step;
            do {
                session.hearMark();
                step = steps.remove();
                run(step);
            } while (step != END);
        } catch (IOException | RuntimeException psqlIsGone) {
            fail(psqlIsGone);
        }
    }

    /** Also after a failure psql is heard to its end: else it would stop, and whoever feeds it with it. */
    private void run(Step step) {
        if (failure != null) {
            return;
        }
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void fail(Exception e) {
        if (failure == null) {
            failure = e;
        }
    }

    /** Returns when the thread has ended, whatever it was at. */
    @Override
    public void close() {
        thread.interrupt();
        Interrupts.shield(() -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
