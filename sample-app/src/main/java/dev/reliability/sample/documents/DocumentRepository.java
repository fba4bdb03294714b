package dev.reliability.sample.documents;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows. A document and what becomes of its object change in one transaction: a key is in {@code object_deletions}
 * or in {@code documents}, never in none while its object may exist. Safe for use by any thread.
 */
final class DocumentRepository {
    private static final String COLUMNS = "id, name, size, content_type, sha256, object_key, created_at";

    private final Database database;
    private final DeletionQueue deletions;

    DocumentRepository(Database database, DeletionQueue deletions) {
        this.database = database;
        this.deletions = deletions;
    }

    /** The document of this id. */
    Optional<Document> find(UUID id) {
        return database.query(connection -> one(connection, "SELECT " + COLUMNS + " FROM documents WHERE id = ?", id));
    }

    /** At most {@code limit} documents after a position, newest first, from the newest if there is none. */
    DocumentPage list(int limit, @Nullable PagePosition after) {
        return database.query(connection -> {
            List<Document> found = page(connection, limit + 1, after);
            boolean more = found.size() > limit;
            List<Document> shown = more ? found.subList(0, limit) : found;
            Document last = more ? shown.get(limit - 1) : null;
            return new DocumentPage(
                    count(connection), shown, last == null ? null : new PagePosition(last.createdAt(), last.id()));
        });
    }

    /**
     * Inserts the row of an object that was written.
     *
     * @return as it is in the database; empty if the object's key was given up meanwhile
     */
    Optional<Document> insert(NewDocument document) {
        return database.transaction(connection -> {
            if (!deletions.take(connection, document.objectKey())) {
                return Optional.empty();
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO documents (id, name, size, content_type, sha256, object_key)"
                            + " VALUES (?, ?, ?, ?, ?, ?) RETURNING " + COLUMNS)) {
                insert.setObject(1, document.id());
                insert.setString(2, document.name());
                insert.setLong(3, document.size());
                insert.setString(4, document.contentType());
                insert.setString(5, document.sha256());
                insert.setString(6, document.objectKey());
                return first(insert);
            }
        });
    }

    /**
     * Gives a document another object; the one before is queued to be deleted.
     *
     * @return as it is now; empty if the document is gone or the new object's key was given up meanwhile
     */
    Optional<Document> replace(NewDocument document) {
        return database.transaction(connection -> {
            Optional<Document> before =
                    one(connection, "SELECT " + COLUMNS + " FROM documents WHERE id = ? FOR UPDATE", document.id());
            if (before.isEmpty() || !deletions.take(connection, document.objectKey())) {
                return Optional.empty();
            }
            deletions.add(connection, before.get().objectKey());
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE documents SET size = ?, content_type = ?, sha256 = ?, object_key = ?, updated_at = now()"
                            + " WHERE id = ? RETURNING " + COLUMNS)) {
                update.setLong(1, document.size());
                update.setString(2, document.contentType());
                update.setString(3, document.sha256());
                update.setString(4, document.objectKey());
                update.setObject(5, document.id());
                return first(update);
            }
        });
    }

    /** Deletes a row; its object is queued to be deleted. Whether there was one. */
    boolean delete(UUID id) {
        return database.transaction(connection -> {
            Optional<Document> deleted = one(connection, "DELETE FROM documents WHERE id = ? RETURNING " + COLUMNS, id);
            if (deleted.isPresent()) {
                deletions.add(connection, deleted.get().objectKey());
            }
            return deleted.isPresent();
        });
    }

    private static List<Document> page(Connection connection, int limit, @Nullable PagePosition after)
            throws SQLException {
        String where = after == null ? "" : " WHERE (created_at, id) < (?, ?)";
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM documents" + where + " ORDER BY created_at DESC, id DESC LIMIT ?")) {
            int parameter = 1;
            if (after != null) {
                select.setObject(parameter++, after.createdAt().atOffset(ZoneOffset.UTC));
                select.setObject(parameter++, after.id());
            }
            select.setInt(parameter, limit);
            List<Document> page = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    page.add(document(rows));
                }
            }
            return page;
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM documents");
                ResultSet rows = count.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Optional<Document> one(Connection connection, String sql, UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, id);
            return first(statement);
        }
    }

    private static Optional<Document> first(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(document(rows)) : Optional.empty();
        }
    }

    private static Document document(ResultSet row) throws SQLException {
        return new Document(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getLong("size"),
                row.getString("content_type"),
                row.getString("sha256"),
                row.getString("object_key"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
