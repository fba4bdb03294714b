package dev.reliability.backup.postgresql;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Finishes or undoes what a restore left that was killed, and drops the databases that restores kept. For any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class RestoreRecovery {
    private final PostgreSQLConfig config;

    public RestoreRecovery(PostgreSQLConfig config) {
        this.config = config;
    }

    /** Which database is live after a restore that was killed. */
    public enum Outcome {
        /** The one that was live before; nothing of the restore is left. */
        OLD,
        /** The restored one. */
        NEW
    }

    /**
     * A database that a restore replaced.
     *
     * @param name its name now
     * @param operation the restore that kept it
     * @param since when, by the server's clock
     * @param age how long ago, by the server's clock
     * @param bytes pg_database_size
     */
    public record KeptDatabase(String name, String operation, Instant since, Duration age, long bytes) {}

    /**
     * Ends the sessions that a dead operation left, and its restore: finished if its switch or its transaction was
     * committed, else undone. May be repeated.
     *
     * @param operation the dead operation, whose lease the caller has taken over
     * @param steps the last details of each step that its journal has, by the step's name
     * @throws BackupException.Unavailable the server can not be reached: try again later
     */
    public Outcome settle(String operation, Map<String, Map<String, String>> steps) throws IOException {
        throw new UnsupportedOperationException(config.toString() + operation);
    }

    /** Ends the sessions of an operation whose process is gone: an orphaned pg_dump holds locks. Returns how many. */
    public int endSessions(String operation) {
        throw new UnsupportedOperationException(operation);
    }

    /** The databases that restores of this live database have kept, oldest first. */
    public List<KeptDatabase> kept() {
        throw new UnsupportedOperationException();
    }

    /** Drops a kept database for good. Nothing happens if it is gone, or is no longer what {@link #kept()} said. */
    public void drop(KeptDatabase database) {
        throw new UnsupportedOperationException(database.name());
    }
}
