package dev.reliability.core.circuitbreaker;

/** A call without a result that may throw anything. */
@FunctionalInterface
public interface CheckedRunnable {

    /** Makes the call. */
    void run() throws Exception;
}
