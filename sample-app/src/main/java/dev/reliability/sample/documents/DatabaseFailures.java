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

    private DatabaseFailures() {}

    /** Whether a circuit breaker counts it: the database could not be reached or could not serve. */
    public static boolean isOutage(Throwable failure) {
        return failure instanceof SQLException sql
                && (sql instanceof SQLTransientConnectionException
                        || sql instanceof SQLNonTransientConnectionException
                        || begins(sql.getSQLState(), OUTAGES));
    }

    /** Whether the database answers, and has not (or not yet) what the library keeps in it. */
    static boolean isSchemaMissing(SQLException failure) {
        return begins(failure.getSQLState(), NO_SCHEMA);
    }

    private static boolean begins(@Nullable String state, List<String> prefixes) {
        return state != null && prefixes.stream().anyMatch(state::startsWith);
    }
}
