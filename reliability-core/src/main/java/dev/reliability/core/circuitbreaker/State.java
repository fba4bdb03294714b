package dev.reliability.core.circuitbreaker;

import java.util.Locale;

/** The states of a {@link CircuitBreaker}. */
public enum State {
    /** Calls pass; their results are counted. */
    CLOSED,
    /** Calls are rejected until the open duration is over. */
    OPEN,
    /** A few calls pass as probes; they decide between closed and open. */
    HALF_OPEN;

    /** The name in JSON and metrics: {@code closed}, {@code open}, {@code half_open}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
