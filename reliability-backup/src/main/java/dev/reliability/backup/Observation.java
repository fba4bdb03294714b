package dev.reliability.backup;

import dev.reliability.core.backup.BackupService.Watch;
import dev.reliability.core.backup.OperationStatus;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One observer, told what is newest as fast as it takes it: a state that was not told yet gives way to the next one.
 * Safe for use by any thread.
 */
final class Observation implements Watch {
    private static final Logger log = LoggerFactory.getLogger(Observation.class);

    private final Consumer<OperationStatus> observer;
    private final Executor telling;
    private @Nullable OperationStatus newest;
    private @Nullable OperationStatus waiting;
    private boolean beingTold;
    private boolean closed;

    Observation(Consumer<OperationStatus> observer, Executor telling) {
        this.observer = observer;
        this.telling = telling;
    }

    /** Has it told, unless it is what was told last. After an end nothing more is. */
    synchronized void offer(OperationStatus status) {
        if (closed
                || status.equals(newest)
                || (newest != null && newest.status().ended())) {
            return;
        }
        newest = status;
        waiting = status;
        if (!beingTold) {
            beingTold = true;
            try {
                telling.execute(this::tell);
            } catch (RejectedExecutionException serviceIsClosed) {
                closed = true;
            }
        }
    }

    private void tell() {
        for (OperationStatus status = next(); status != null; status = next()) {
            try {
                observer.accept(status);
            } catch (RuntimeException e) {
                log.warn("an observer failed and is told what follows all the same: operation={}", status.id(), e);
            }
            if (status.status().ended()) {
                close();
            }
        }
    }

    private synchronized @Nullable OperationStatus next() {
        OperationStatus next = closed ? null : waiting;
        waiting = null;
        beingTold = next != null;
        return next;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
