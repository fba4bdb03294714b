package dev.reliability.core.circuitbreaker;

/**
 * The right to make one call, tied to the state in which it was given. Exactly one of the closing methods counts; all
 * later ones do nothing, so {@link #close()} in a {@code finally} or try-with-resources is always right. A permit that
 * is closed without a result is given back: it is neither success nor failure.
 *
 * <pre>{@code
 * try (Permit permit = breaker.acquire()) {
 *     try {
 *         send(request);
 *         permit.onSuccess();
 *     } catch (IOException e) {
 *         permit.onFailure(e);
 *         throw e;
 *     }
 * }
 * }</pre>
 *
 * <p>Safe for use by any thread; a call may end on another thread than it began.
 */
public interface Permit extends AutoCloseable {

    /** The call worked. */
    void onSuccess();

    /**
     * The call failed with this. Whether it counts is said by {@link CircuitBreakerConfig#countsAsFailure}, which looks
     * at the cause of a {@code CompletionException} or {@code ExecutionException}; what does not count is given back.
     */
    void onFailure(Throwable failure);

    /** Gives the permit back if no result was told. */
    @Override
    void close();
}
