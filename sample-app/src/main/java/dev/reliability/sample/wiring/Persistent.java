package dev.reliability.sample.wiring;

import dev.reliability.sample.threads.DaemonThreads;
import dev.reliability.sample.threads.Ending;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done once what it needs is there: tried again and again on a thread of its own until it succeeds. Its
 * log has one line for each different obstacle. Safe for use by any thread; whoever made it closes it.
 */
final class Persistent implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Persistent.class);

    private final String name;
    private final Duration pause;
    private final Work work;
    private final ScheduledExecutorService thread;
    private String obstacle = "";
    private boolean wanted;
    private boolean underWay;

    /** What is to be done. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** @param pause between two attempts */
    Persistent(String name, Duration pause, Work work) {
        this.name = name;
        this.pause = pause;
        this.work = work;
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                DaemonThreads.named(name),
                // Somebody may ask while it is being closed.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Wants it done once from now on: once more if it is being done, as that may have begun too early; at its time if it is
     * waiting to be tried again. Does not block.
     */
    synchronized void request() {
        wanted = true;
        if (!underWay) {
            underWay = true;
            thread.execute(this::attempt);
        }
    }

    private void attempt() {
        begin();
        try {
            work.run();
            obstacle = "";
            end();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            tell(failed);
            var unused = thread.schedule(this::attempt, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void begin() {
        wanted = false;
    }

    private synchronized void end() {
        underWay = wanted;
        if (wanted) {
            thread.execute(this::attempt);
        }
    }

    private void tell(Exception failed) {
        String now = failed.toString();
        if (!now.equals(obstacle)) {
            obstacle = now;
            log.atWarn()
                    .addKeyValue("event", "waiting")
                    .addKeyValue("task", name)
                    .addKeyValue("error", now)
                    .log("will be tried again every {} s", pause.toSeconds());
        }
    }

    @Override
    public void close() {
        Ending.of(thread);
    }
}
