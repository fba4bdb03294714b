package dev.reliability.backup;

import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Recovery;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs operations one at a time on a thread of its own, each under the lease, with its record kept and its beginning
 * and end logged. Safe for use by any thread.
 */
final class OperationRunner implements AutoCloseable {
    /** Outlasts a holder that died: it is given up after 20 s. */
    private static final Duration WAIT_FOR_LEASE = Duration.ofSeconds(25);

    private static final Duration LETTING_GO = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Opening opening;
    private final Consumer<OperationStatus> listener;
    private final ReentrantLock starting = new ReentrantLock();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "backup-operation"));
    private volatile @Nullable Current current;
    private volatile boolean stopping;

    /** Opens the repository when it is first needed. */
    interface Opening {
        Repository repository() throws IOException;

        /** Who ends restores that were interrupted. */
        Recovery.Interrupted settling(Repository repository, Lease lease);
    }

    /** What an operation does while it holds the lease. */
    interface Work {
        Result run(Repository repository, RunningOperation operation) throws Exception;
    }

    /** How an operation ended that did not fail. */
    record Result(OperationStatus.Status status, String message) {
        static Result completed(String message) {
            return new Result(OperationStatus.Status.COMPLETED, message);
        }
    }

    private record Current(RunningOperation operation, CompletableFuture<OperationStatus> end) {}

    /** @param listener is told of each end, on the operation's thread, after it is on record */
    OperationRunner(Opening opening, Consumer<OperationStatus> listener) {
        this.opening = opening;
        this.listener = listener;
    }

    /**
     * Begins an operation.
     *
     * @throws BackupException.Busy if another one runs here, or one of another process beats; one that has ended here is
     *     given five seconds to let go
     * @throws BackupException.Unavailable if it is closed, or is closed meanwhile, or the caller is interrupted
     */
    OperationStatus start(
            OperationStatus.Kind kind, @Nullable BackupType type, @Nullable String backupId, Caller by, Work work)
            throws IOException {
        return start(kind, type, backupId, by, null, work);
    }

    /**
     * The same for a scheduled backup.
     *
     * @param scheduledFor its fire time; null if it is none
     */
    OperationStatus start(
            OperationStatus.Kind kind,
            @Nullable BackupType type,
            @Nullable String backupId,
            Caller by,
            @Nullable Instant scheduledFor,
            Work work)
            throws IOException {
        starting.lock();
        try {
            requireOpen();
            requireIdle();
            // It may have been closed while that was waited for.
            requireOpen();
            Repository repository = opening.repository();
            Turns turns = new Turns(repository);
            turns.requireNobodyWorks();
            RunningOperation operation = repository.operations().start(kind, type, backupId, by, scheduledFor);
            Optional<Lease> lease = turns.take(operation);
            OperationStatus begun = operation.status();
            OperationLog.requested(begun, type);
            CompletableFuture<OperationStatus> end = new CompletableFuture<>();
            current = new Current(operation, end);
            try {
                thread.execute(() -> end.complete(run(repository, operation, lease.orElse(null), work)));
            } catch (RejectedExecutionException stopped) {
                lease.ifPresent(Lease::close);
                end.complete(failed(operation, stopping()));
                throw stopping();
            }
            return begun;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException.Unavailable("interrupted before it began", RETRY, e);
        } finally {
            starting.unlock();
        }
    }

    private void requireOpen() {
        if (stopping) {
            throw stopping();
        }
    }

    /** What has ended still puts that on record, tells its listener and lets go of its lease: that is waited for. */
    private void requireIdle() throws InterruptedException {
        Current running = current;
        if (running == null || running.end().isDone()) {
            return;
        }
        if (!running.operation().status().status().ended()) {
            throw Turns.busy(running.operation().id());
        }
        try {
            OperationStatus unused = running.end().get(LETTING_GO.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException stillThere) {
            throw new BackupException.Busy(
                    "operation " + running.operation().id()
                            + " has ended and still holds the repository; try again soon",
                    running.operation().id());
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static BackupException.Unavailable stopping() {
        return new BackupException.Unavailable("the service is being stopped; ask another one", RETRY, null);
    }

    private OperationStatus run(
            Repository repository, RunningOperation operation, @Nullable Lease acquired, Work work) {
        operation.cancellation().begin();
        try (Lease lease = acquired != null ? acquired : await(repository, operation)) {
            return underLease(repository, operation, lease, work);
        } catch (IOException | InterruptedException | RuntimeException withoutLease) {
            return failed(operation, withoutLease);
        }
    }

    private static Lease await(Repository repository, RunningOperation operation)
            throws IOException, InterruptedException {
        return repository.leases().acquire(operation.id(), WAIT_FOR_LEASE, holder -> {
            operation.update("waiting", 0, 0, "waiting for operation " + holder.operationId() + " on " + holder.host());
            operation.lookForCancel();
        });
    }

    // Whatever is thrown ends the operation and not the thread: an Error must not leave it running on record.
    @SuppressWarnings("CatchingUnchecked")
    private OperationStatus underLease(Repository repository, RunningOperation operation, Lease lease, Work work) {
        try {
            operation.attach(lease);
            repository.recovery().run(lease, opening.settling(repository, lease));
            operation.proceed();
            return done(operation, work.run(repository, operation));
        } catch (Exception | Error failure) {
            return failed(operation, failure);
        }
    }

    /** What is done stays done, also if the record can not say so: the next holder of the lease finds it out. */
    private OperationStatus done(RunningOperation operation, Result result) {
        operation.cancellation().end();
        // Whoever asked too late for the work to notice must not disturb its record.
        boolean unused = Thread.interrupted();
        try {
            OperationLog.ended(operation.finish(result.status(), result.message(), null), null);
        } catch (IOException | RuntimeException notRecorded) {
            OperationLog.notRecorded(operation.status(), notRecorded);
        }
        return told(operation.status());
    }

    private OperationStatus failed(RunningOperation operation, Throwable failure) {
        operation.cancellation().end();
        // The record is written by this thread: an interrupt that ended the work must not end that too.
        boolean interrupted = Thread.interrupted();
        Optional<String> cancelledBy = operation.cancellation().requestedBy();
        try {
            OperationStatus ended;
            if (cancelledBy.isPresent()) {
                ended = operation.finish(OperationStatus.Status.CANCELLED, "cancelled by " + cancelledBy.get(), null);
            } else if (stopping && interrupted) {
                ended = operation.finish(
                        OperationStatus.Status.CANCELLED, "the service was stopped while it ran", null);
            } else {
                ended = operation.finish(
                        OperationStatus.Status.FAILED, Failures.sentence(failure), Failures.code(failure));
            }
            OperationLog.ended(ended, failure);
            return told(ended);
        } catch (IOException | RuntimeException notRecorded) {
            failure.addSuppressed(notRecorded);
            OperationLog.notRecorded(operation.status(), failure);
            return told(operation.status());
        }
    }

    private OperationStatus told(OperationStatus ended) {
        try {
            listener.accept(ended);
        } catch (RuntimeException itsOwnFault) {
            OperationLog.listenerFailed(ended, itsOwnFault);
        }
        return ended;
    }

    /** Waits for an operation of this process to end; empty if it is not one, or ended long ago. */
    Optional<OperationStatus> await(String operationId) throws InterruptedException {
        Current running = current;
        if (running == null || !running.operation().id().equals(operationId)) {
            return Optional.empty();
        }
        try {
            return Optional.of(running.end().get());
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The operation of this process as it is now, if it is this one: newer than what is on record. */
    Optional<OperationStatus> running(String operationId) {
        Current running = current;
        return running != null
                        && running.operation().id().equals(operationId)
                        && !running.end().isDone()
                ? Optional.of(running.operation().status())
                : Optional.empty();
    }

    /** Cancels the operation of this process; empty if it is not one, else whether it was possible still. */
    Optional<Boolean> cancel(String operationId, Caller by) {
        Current running = current;
        if (running == null
                || !running.operation().id().equals(operationId)
                || running.end().isDone()) {
            return Optional.empty();
        }
        boolean possible = running.operation().cancellation().request(by.subject());
        if (possible) {
            OperationLog.cancelRequested(running.operation().status(), by);
        }
        return Optional.of(possible);
    }

    /** Interrupts what runs and waits for it to leave everything in order. */
    @Override
    public void close() {
        stopping = true;
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
                OperationLog.notStopped(STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
