package dev.reliability.sample.documents;

import dev.reliability.core.circuitbreaker.CircuitBreaker;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The document library, put together: its resources for a Jakarta REST application, and the thread that deletes what is
 * over. Whoever made it closes it.
 */
public final class DocumentModule implements AutoCloseable {
    private final DocumentResource resource;
    private final DocumentPurger purger;

    private DocumentModule(DocumentResource resource, DocumentPurger purger) {
        this.resource = resource;
        this.purger = purger;
    }

    /**
     * What it works on.
     *
     * @param pool connections to a database with the library's schema, sooner or later
     * @param connections how many of them there are at a time
     * @param databaseBreaker guards the pool; counts {@link DatabaseFailures#isOutage}
     * @param store where the bytes are
     * @param storageBreaker guards the store; counts {@link #isStorageOutage}
     * @param backups while one is open, nothing is deleted
     * @param schemaMissing called when the schema is not there; must not block
     * @param sessionsEnded called when the server has ended sessions: those that the pool keeps are most likely gone; must
     *     not block
     * @param time measures how long that goes on
     */
    public record Dependencies(
            DataSource pool,
            int connections,
            CircuitBreaker databaseBreaker,
            ObjectStore store,
            CircuitBreaker storageBreaker,
            BackupActivity backups,
            Runnable schemaMissing,
            Runnable sessionsEnded,
            TimeSource time) {}

    /**
     * Its limits.
     *
     * @param maxUploadBytes size of the largest document
     * @param minFreeBytes room that an upload must leave, where the store knows its room
     * @param deleteGrace how long the bytes of deleted documents stay
     */
    public record Limits(long maxUploadBytes, long minFreeBytes, Duration deleteGrace) {}

    /** Puts it together and begins to delete what is over. */
    public static DocumentModule start(Dependencies on, Limits limits) {
        Database database = new Database(
                on.pool(), on.connections(), on.databaseBreaker(), on.schemaMissing(), on.sessionsEnded(), on.time());
        DeletionQueue queue = new DeletionQueue(limits.deleteGrace());
        ContentStore contents = new ContentStore(on.store(), on.storageBreaker());
        DocumentLibrary library =
                new DocumentLibrary(database, queue, contents, limits.maxUploadBytes(), limits.minFreeBytes());
        DocumentPurger purger = new DocumentPurger(database, queue, contents, on.backups());
        purger.start();
        return new DocumentModule(new DocumentResource(library), purger);
    }

    /** Whether a circuit breaker around the store counts it: the store could not be reached or could not serve. */
    public static boolean isStorageOutage(Throwable failure) {
        return ContentStore.isOutage(failure);
    }

    /** Resources and mappers for the application. */
    public Set<Object> components() {
        return Set.of(resource, new DocumentProblems());
    }

    /** Ends the deleting; requests go on. */
    @Override
    public void close() {
        purger.close();
    }
}
