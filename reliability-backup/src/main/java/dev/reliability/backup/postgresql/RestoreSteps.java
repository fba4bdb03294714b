package dev.reliability.backup.postgresql;

import java.io.IOException;
import java.util.Map;

/**
 * Where a restore, or the undo of one, writes down what it is about to do, so that a successor can finish it or take it
 * back.
 */
@FunctionalInterface
public interface RestoreSteps {
    /** The live database is set read only; {@code previous}: its own setting before, empty for none. */
    String READ_ONLY = "read_only";

    /** The new database is created; {@code scratch}: its name. */
    String SCRATCH_CREATED = "scratch_created";

    /** It was loaded and compared; {@code rows}, {@code bytes}. */
    String LOADED = "loaded";

    /**
     * The names are swapped; {@code scratch}: the database that becomes the live one, by its name and its OID; {@link
     * #OLD}; {@link #OLD_ACL}, {@link #OLD_CONNECTION_LIMIT} and {@link #OLD_COMMENT} of the live database as they were.
     */
    String SWITCHING = "switching";

    /** A detail of {@link #SWITCHING}: the name that the live database gets; absent if there is none. */
    String OLD = "old";

    /** A detail of {@link #SWITCHING}, as PostgreSQL prints it. */
    String OLD_ACL = "old_acl";

    /** A detail of {@link #SWITCHING}. */
    String OLD_CONNECTION_LIMIT = "old_connection_limit";

    /** A detail of {@link #SWITCHING}; absent if it had none. */
    String OLD_COMMENT = "old_comment";

    /** They are swapped. */
    String SWITCHED = "switched";

    /** Nobody but a superuser can connect to the old database. */
    String CLOSED = "closed";

    /** In place: the transaction that drops and loads commits. */
    String COMMITTING = "committing";

    /** In place: it was committed. */
    String COMMITTED = "committed";

    /**
     * Called before each step that a crash would leave half done, and after those that end something. It must have
     * survived a crash when this returns.
     *
     * @param name one of the constants
     * @param details text by name; no secrets
     * @throws IOException it could not be kept: the restore stops before the step
     */
    void step(String name, Map<String, String> details) throws IOException;
}
