package dev.reliability.sample.threads;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep the process alive. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** Makes threads that all have this name. */
    public static ThreadFactory named(String name) {
        return run -> {
            Thread made = new Thread(run, name);
            made.setDaemon(true);
            return made;
        };
    }
}
