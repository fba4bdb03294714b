package dev.reliability.sample.documents;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells an outage of the database from a statement that it refused. */
public final class DatabaseFailures {
    /** Connection lost or refused; shut down, starting, or the database closed; too many connections or no memory. */
    private static final List<String> OUTAGES = List.of("08", "57P", "53");

    /** No such database, schema, table or column: for a moment during a restore, or before the first migration. */
    private static final List<String> NO_SCHEMA = List.of("3D000", "3F000", "42P01", "42703");

    /** An administrator, a restore too, has ended the session; its transaction is rolled back. */
    private static final String SESSION_ENDED = "57P01";

    private static final String DISK_FULL = "53100";

    private static final String OUTCOME_UNKNOWN = "08007";

    private DatabaseFailures() {}

    /** Whether a circuit breaker counts it: the database could not be reached or could not serve anybody. */
    public static boolean isOutage(Throwable failure) {
        return failure instanceof SQLException sql
                && !isFull(sql)
                && (sql instanceof SQLTransientConnectionException
                        || sql instanceof SQLNonTransientConnectionException
                        || begins(sql.getSQLState(), OUTAGES));
    }

    /** Whether the database has no room for what a statement writes; where its log has some, it answers whoever reads. */
    static boolean isFull(SQLException failure) {
        // The pool gives the state of a connection that could not be had to its own failure: then nobody is served.
        return DISK_FULL.equals(failure.getSQLState()) && !(failure instanceof SQLTransientConnectionException);
    }

    /** Whether the database answers, and has not (or not yet) what the library keeps in it. */
    static boolean isSchemaMissing(SQLException failure) {
        return begins(failure.getSQLState(), NO_SCHEMA);
    }

    /** Whether the server has ended the session on purpose, or none could be opened for a while for that reason. */
    static boolean isSessionEnded(SQLException failure) {
        return SESSION_ENDED.equals(failure.getSQLState())
                || (failure instanceof SQLTransientConnectionException
                        && failure.getCause() instanceof SQLException cause
                        && SESSION_ENDED.equals(cause.getSQLState()));
    }

    /** A failure after which nobody knows whether the transaction was committed. */
    static SQLException outcomeUnknown(SQLException failure) {
        return new SQLException("the session was ended during the commit", OUTCOME_UNKNOWN, failure);
    }

    private static boolean begins(@Nullable String state, List<String> prefixes) {
        return state != null && prefixes.stream().anyMatch(state::startsWith);
    }
}
