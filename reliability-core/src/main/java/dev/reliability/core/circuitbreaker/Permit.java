package dev.reliability.core.circuitbreaker;

/**
 * The right to make one call, tied to the state in which it was given. Exactly one of the closing methods counts; all
 * later ones do nothing, so {@link #close()} in a {@code finally} or try-with-resources is always right. A permit that
 * is closed without a result is given back: it is neither success nor failure.
 *
 * <p>Safe for use by any thread; a call may end on another thread than it began.
 */
public interface Permit extends AutoCloseable {

    /** The call worked. */
    void onSuccess();

    /** The call failed with this; whether it counts is for the breaker's configuration to say. */
    void onFailure(Throwable failure);

    /** Gives the permit back if no result was told. */
    @Override
    void close();
}
