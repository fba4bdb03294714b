package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * One moment of the database: an open transaction, read only and repeatable, whose snapshot pg_dump shares. It must
 * stay open until the dump has ended. The connection is for one thread at a time.
 */
public final class DatabaseSnapshot implements AutoCloseable {
    private final Connection connection;
    private final String applicationName;
    private final String snapshotId;
    private final PostgreSQLPrograms programs;
    private final DatabaseFacts facts;
    private final DumpedTables tables;

    DatabaseSnapshot(
            Connection connection,
            String applicationName,
            String snapshotId,
            PostgreSQLPrograms programs,
            DatabaseFacts facts,
            DumpedTables tables) {
        this.connection = connection;
        this.applicationName = applicationName;
        this.snapshotId = snapshotId;
        this.programs = programs;
        this.facts = facts;
        this.tables = tables;
    }

    /** For queries in this snapshot, such as those for referenced keys. Neither commit nor close it. */
    public Connection connection() {
        return connection;
    }

    /** What is known before the dump: everything but its tables, whose list is empty. */
    public DatabaseFacts facts() {
        return facts;
    }

    /** The tables whose rows its dump must have. */
    DumpedTables tables() {
        return tables;
    }

    String applicationName() {
        return applicationName;
    }

    String snapshotId() {
        return snapshotId;
    }

    PostgreSQLPrograms programs() {
        return programs;
    }

    /** Ends the transaction. */
    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException gone) {
            // It held nothing but the snapshot, and the server drops that with the connection.
            return;
        }
    }
}
