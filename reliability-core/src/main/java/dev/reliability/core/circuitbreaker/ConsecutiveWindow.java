package dev.reliability.core.circuitbreaker;

/** Opens after {@code limit} failures in a row. A success after a success changes nothing, and so costs nothing. */
record ConsecutiveWindow(int limit, int failures) implements ResultWindow {

    @Override
    public void addSuccess() {
        // One success says it all: afterSuccess() begins again at zero.
    }

    @Override
    public ResultWindow afterSuccess() {
        return failures == 0 ? this : new ConsecutiveWindow(limit, 0);
    }

    @Override
    public ResultWindow afterFailure() {
        return new ConsecutiveWindow(limit, failures + 1);
    }

    @Override
    public Counts counts() {
        return new Counts(failures, failures, failures);
    }

    @Override
    public boolean opensAt(Counts counts) {
        return counts.consecutiveFailures() >= limit;
    }

    @Override
    public String reason(Counts counts) {
        return counts.consecutiveFailures() + " failures in a row, the limit is " + limit;
    }

    @Override
    public ResultWindow resized(CircuitBreakerConfig.Window other) {
        return other instanceof CircuitBreakerConfig.Window.Consecutive consecutive
                ? new ConsecutiveWindow(consecutive.failures(), failures)
                : ResultWindow.of(other);
    }
}
