package dev.reliability.core.circuitbreaker;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A permit of one generation; the first of its closing methods wins. */
final class GenerationPermit implements Permit {
    private final DefaultCircuitBreaker breaker;
    private final long generation;
    private final AtomicBoolean closed = new AtomicBoolean();

    GenerationPermit(DefaultCircuitBreaker breaker, long generation) {
        this.breaker = breaker;
        this.generation = generation;
    }

    @Override
    public void onSuccess() {
        if (isFirst()) {
            breaker.succeeded(generation);
        }
    }

    @Override
    public void onFailure(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        if (isFirst()) {
            breaker.failed(generation, failure);
        }
    }

    @Override
    public void close() {
        if (isFirst()) {
            breaker.released(generation);
        }
    }

    private boolean isFirst() {
        return closed.compareAndSet(false, true);
    }
}
