package dev.reliability.backup;

import dev.reliability.core.backup.BackupService.Watch;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who watches an operation. One thread looks how the operations go on, once for all that watch the same one:
 * those of this process in memory, others on record once a second at most. It calls no observer: that is done by
 * threads that are there only while there is something to tell, so an observer can be slow at nobody's cost. Safe for
 * use by any thread.
 */
final class Watches implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watches.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration READ = Duration.ofSeconds(1);

    private final Source source;
    private final TimeSource time;
    private final AtomicInteger tellers = new AtomicInteger();
    private final ExecutorService telling =
            Executors.newCachedThreadPool(work -> daemon(work, "backup-observer-" + tellers.incrementAndGet()));
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "backup-watch"));
    private final Map<String, Watched> operations = new HashMap<>();
    private boolean started;
    private boolean closed;

    /** Where operations are looked up. */
    interface Source {
        /** One that runs in this process; empty if it does not. Costs nothing. */
        Optional<OperationStatus> here(String operationId);

        /** One of any process; empty if unknown. Asks the repository. */
        Optional<OperationStatus> onRecord(String operationId);
    }

    /** An operation and who watches it. */
    private static final class Watched {
        private final List<Observation> observations = new CopyOnWriteArrayList<>();
        private long readAt;

        private Watched(long readAt) {
            this.readAt = readAt;
        }
    }

    Watches(Source source, TimeSource time) {
        this.source = source;
        this.time = time;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** @param present the state that the observer is told first */
    synchronized Watch add(OperationStatus present, Consumer<OperationStatus> observer) {
        Observation observation = new Observation(observer, telling);
        if (closed) {
            return observation;
        }
        observation.offer(present);
        if (!present.status().ended()) {
            operations
                    .computeIfAbsent(present.id(), id -> new Watched(time.nanoTime()))
                    .observations
                    .add(observation);
            start();
        }
        return observation;
    }

    private void start() {
        if (!started) {
            started = true;
            var unused =
                    looking.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** One look at every operation that somebody watches. */
    void look() {
        watched().forEach((operationId, watched) -> {
            watched.observations.removeIf(Observation::isClosed);
            if (!watched.observations.isEmpty()) {
                now(operationId, watched).ifPresent(status -> tell(watched, status));
            }
            forgetIfAlone(operationId, watched);
        });
    }

    private static void tell(Watched watched, OperationStatus status) {
        // Whoever comes meanwhile is looked up for again.
        List<Observation> there = List.copyOf(watched.observations);
        there.forEach(observation -> observation.offer(status));
        if (status.status().ended()) {
            watched.observations.removeAll(there);
        }
    }

    private Optional<OperationStatus> now(String operationId, Watched watched) {
        Optional<OperationStatus> here = source.here(operationId);
        if (here.isPresent() || time.since(watched.readAt).compareTo(READ) < 0) {
            return here;
        }
        watched.readAt = time.nanoTime();
        try {
            return source.onRecord(operationId);
        } catch (RuntimeException later) {
            log.debug("operation not read, trying again: operation={} cause={}", operationId, later.getMessage());
            return Optional.empty();
        }
    }

    private synchronized Map<String, Watched> watched() {
        return Map.copyOf(operations);
    }

    private synchronized void forgetIfAlone(String operationId, Watched watched) {
        if (watched.observations.isEmpty()) {
            operations.remove(operationId, watched);
        }
    }

    /** Tells once more how it stands, then no more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        looking.shutdownNow();
        look();
        telling.shutdown();
    }
}
