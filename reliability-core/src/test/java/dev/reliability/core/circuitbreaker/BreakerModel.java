package dev.reliability.core.circuitbreaker;

import static dev.reliability.core.circuitbreaker.State.CLOSED;
import static dev.reliability.core.circuitbreaker.State.HALF_OPEN;
import static dev.reliability.core.circuitbreaker.State.OPEN;

import org.jspecify.annotations.Nullable;

/** What a breaker with a consecutive window does, said in the plainest way: for one thread, with time as a number. */
final class BreakerModel {
    final int limit;
    final int permits;
    final int successesNeeded;
    final long openNanos;
    final long maxWaitNanos;

    State state = CLOSED;
    int failuresInARow;
    int era;
    int probes;
    int good;
    long openedAt;
    long newestProbeAt;
    long inFlight;
    long rejected;

    BreakerModel(int limit, int permits, int successesNeeded, long openNanos, long maxWaitNanos) {
        this.limit = limit;
        this.permits = permits;
        this.successesNeeded = successesNeeded;
        this.openNanos = openNanos;
        this.maxWaitNanos = maxWaitNanos;
    }

    /** A permit is the era in which it was given. */
    static final class Ticket {
        private final int era;
        private boolean used;

        private Ticket(int era) {
            this.era = era;
        }
    }

    @Nullable Ticket take(long now) {
        if (state == OPEN && now - openedAt >= openNanos) {
            halfOpen();
        }
        if (state == HALF_OPEN && probes >= permits && now - newestProbeAt >= maxWaitNanos) {
            era++;
            probes = 0;
        }
        if (state == OPEN || (state == HALF_OPEN && probes >= permits)) {
            rejected++;
            return null;
        }
        if (state == HALF_OPEN) {
            probes++;
            newestProbeAt = now;
        }
        inFlight++;
        return new Ticket(era);
    }

    void succeed(Ticket ticket) {
        if (counts(ticket)) {
            failuresInARow = 0;
            if (state == HALF_OPEN) {
                probes--;
                good++;
                if (good >= successesNeeded) {
                    state = CLOSED;
                    era++;
                }
            }
        }
    }

    void fail(Ticket ticket, long now) {
        if (counts(ticket)) {
            failuresInARow++;
            if (state == HALF_OPEN || failuresInARow >= limit) {
                state = OPEN;
                openedAt = now;
                era++;
            }
        }
    }

    void release(Ticket ticket) {
        if (counts(ticket) && state == HALF_OPEN) {
            probes--;
        }
    }

    boolean tryHalfOpen() {
        if (state != OPEN) {
            return false;
        }
        halfOpen();
        return true;
    }

    private void halfOpen() {
        state = HALF_OPEN;
        era++;
        probes = 0;
        good = 0;
    }

    private boolean counts(Ticket ticket) {
        if (ticket.used) {
            return false;
        }
        ticket.used = true;
        inFlight--;
        return ticket.era == era;
    }
}
