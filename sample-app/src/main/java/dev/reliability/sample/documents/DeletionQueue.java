package dev.reliability.sample.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The table {@code object_deletions}: keys whose objects are deleted after a grace period, unless a row names them
 * then. Times are the database's own.
 */
final class DeletionQueue {
    private final Duration grace;

    /** @param grace how long a key is left alone after it came here */
    DeletionQueue(Duration grace) {
        this.grace = grace;
    }

    /** Queues a key; must be part of the transaction that makes it unnamed, or come before its object is written. */
    void add(Connection connection, String key) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO object_deletions (object_key, due_at, written_in)"
                        + " VALUES (?, now() + ? * interval '1 second', 'object_deletions'::regclass)")) {
            insert.setString(1, key);
            insert.setLong(2, grace.toSeconds());
            insert.executeUpdate();
        }
    }

    /** Takes a key out, as a row of the same transaction names it. False if it was not there anymore. */
    boolean take(Connection connection, String key) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM object_deletions WHERE object_key = ?")) {
            delete.setString(1, key);
            return delete.executeUpdate() == 1;
        }
    }

    /** Makes a key due now: nothing was written, or nobody will ever name it. */
    void hasten(Connection connection, String key) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE object_deletions SET due_at = now() WHERE object_key = ?")) {
            update.setString(1, key);
            update.executeUpdate();
        }
    }

    /**
     * Lines that came out of a backup wait their whole time again: after a restore is undone, rows may name what they
     * name. How many there were.
     */
    int postponeRestored(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE object_deletions SET due_at = greatest(due_at, now() + ? * interval '1 second'),"
                        + " written_in = 'object_deletions'::regclass"
                        + " WHERE written_in <> 'object_deletions'::regclass")) {
            update.setLong(1, grace.toSeconds());
            return update.executeUpdate();
        }
    }

    /** Keys whose time has come, the oldest first, locked for this transaction; those that others hold are left out. */
    List<String> due(Connection connection, int limit) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT object_key FROM object_deletions WHERE due_at <= now()"
                        + " ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED")) {
            select.setInt(1, limit);
            List<String> keys = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
            return keys;
        }
    }

    /** Whether a row names this key now. */
    boolean isNamed(Connection connection, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM documents WHERE object_key = ?")) {
            select.setString(1, key);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }
}
