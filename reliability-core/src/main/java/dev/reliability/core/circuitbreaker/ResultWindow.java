package dev.reliability.core.circuitbreaker;

/**
 * The results that a closed breaker remembers. A value: {@code after…} leaves it as it is and returns the next one. The
 * one exception is {@link #addSuccess}, which lets a window count successes without being replaced.
 */
sealed interface ResultWindow permits ConsecutiveWindow, CountWindow {

    /** An empty window. */
    static ResultWindow of(CircuitBreakerConfig.Window window) {
        if (window instanceof CircuitBreakerConfig.Window.Consecutive consecutive) {
            return new ConsecutiveWindow(consecutive.failures(), 0);
        }
        return CountWindow.empty((CircuitBreakerConfig.Window.Count) window);
    }

    /** Counts a success; to be told exactly once a success, and before {@link #afterSuccess}. */
    void addSuccess();

    /** The window after the success that was added; {@code this} if that makes no difference that others must see. */
    ResultWindow afterSuccess();

    /** The window after a failure. */
    ResultWindow afterFailure();

    /** What it holds now. */
    Counts counts();

    /** Whether the breaker opens at these counts. */
    boolean opensAt(Counts counts);

    /** Why it opens at these counts, for people. */
    String reason(Counts counts);

    /** As much of these results as a window of other parameters holds: none if it is of another kind. */
    ResultWindow resized(CircuitBreakerConfig.Window other);
}
