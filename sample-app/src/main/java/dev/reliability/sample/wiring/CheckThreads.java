package dev.reliability.sample.wiring;

import dev.reliability.sample.threads.DaemonThreads;
import dev.reliability.sample.threads.Ending;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads of the health checks. Once they are closed, a check has taken its probe back. Safe for use by any thread.
 */
final class CheckThreads implements Executor, AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named("health-check"));

    @Override
    public void execute(Runnable run) {
        threads.execute(run);
    }

    @Override
    public void close() {
        Ending.of(threads);
    }
}
