package dev.reliability.backup.repository;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How leases wait and beat; tests wind it by hand. */
interface Clockwork {

    /** Waits on the calling thread. */
    void pause(Duration duration) throws InterruptedException;

    /**
     * Runs a task again and again, first when a period is over, until the answer is closed. Closing does not wait for
     * a run that is under way.
     */
    Ticking every(Duration period, String name, Runnable task);

    /** Stops what ticks. */
    interface Ticking extends AutoCloseable {
        @Override
        void close();
    }

    /** By sleeping, and by a daemon thread for each task. */
    static Clockwork threads() {
        return new Clockwork() {
            @Override
            public void pause(Duration duration) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            }

            @Override
            public Ticking every(Duration period, String name, Runnable task) {
                CountDownLatch stopped = new CountDownLatch(1);
                Thread thread = new Thread(() -> run(period, task, stopped), name);
                thread.setDaemon(true);
                thread.start();
                return stopped::countDown;
            }

            private void run(Duration period, Runnable task, CountDownLatch stopped) {
                try {
                    while (!stopped.await(period.toNanos(), TimeUnit.NANOSECONDS)) {
                        task.run();
                    }
                } catch (InterruptedException nobodyInterruptsIt) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
