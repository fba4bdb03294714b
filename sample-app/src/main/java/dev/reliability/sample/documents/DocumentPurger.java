package dev.reliability.sample.documents;

import dev.reliability.core.circuitbreaker.CircuitBreakerOpenException;
import dev.reliability.sample.threads.DaemonThreads;
import dev.reliability.sample.threads.Ending;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the objects whose time has come. It looks again right before each one whether a row names it, and rests while
 * a backup or a restore is open, which may still need it. Any number of instances may run on one database.
 */
final class DocumentPurger implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DocumentPurger.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final int MOST_IN_A_RUN = 10_000;

    private final Database database;
    private final DeletionQueue queue;
    private final ContentStore contents;
    private final BackupActivity backups;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("document-purger"));

    DocumentPurger(Database database, DeletionQueue queue, ContentStore contents, BackupActivity backups) {
        this.database = database;
        this.queue = queue;
        this.contents = contents;
        this.backups = backups;
    }

    /** Begins to look every 30 s. */
    void start() {
        var unused =
                thread.scheduleWithFixedDelay(this::run, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    private void run() {
        try {
            int deleted = purge();
            if (deleted > 0) {
                log.atInfo()
                        .addKeyValue("event", "documents_purged")
                        .addKeyValue("objects", deleted)
                        .log("deleted the bytes of documents that were deleted or replaced");
            }
        } catch (CircuitBreakerOpenException | DocumentException outage) {
            log.debug("purging waits for database and store", outage);
        } catch (RuntimeException e) {
            log.warn("purging failed, the next run goes on", e);
        }
    }

    /** Deletes what is due now; how many objects that were. */
    int purge() {
        database.query(queue::postponeRestored);
        int deleted = 0;
        for (int i = 0; i < MOST_IN_A_RUN; i++) {
            Step step = database.transaction(connection -> {
                List<String> due = queue.due(connection, 1);
                // In this order: what opens after this look has a snapshot in which the row is gone already.
                if (due.isEmpty() || backups.isOpen()) {
                    return Step.END;
                }
                String key = due.get(0);
                boolean named = queue.isNamed(connection, key);
                if (!named) {
                    contents.delete(key);
                }
                queue.take(connection, key);
                return named ? Step.KEPT : Step.DELETED;
            });
            if (step == Step.END) {
                break;
            }
            deleted += step == Step.DELETED ? 1 : 0;
        }
        return deleted;
    }

    private enum Step {
        /** Nothing is due, or a backup is open. */
        END,
        KEPT,
        DELETED
    }

    @Override
    public void close() {
        Ending.of(thread);
    }
}
