package dev.reliability.sample.documents;

import dev.reliability.core.backup.ReferencedKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The object keys that the documents' rows name, read by a cursor of the server: memory does not grow with them. */
public final class DocumentKeys implements ReferencedKeys {
    private static final int FETCH_SIZE = 1_000;

    @Override
    public Stream<String> keys(Connection inSnapshot) throws SQLException {
        PreparedStatement select = inSnapshot.prepareStatement("SELECT object_key FROM documents");
        try {
            select.setFetchSize(FETCH_SIZE);
            ResultSet rows = select.executeQuery();
            return StreamSupport.stream(new Rows(rows), false).onClose(() -> close(select));
        } catch (SQLException | RuntimeException failed) {
            select.close();
            throw failed;
        }
    }

    private static void close(PreparedStatement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            throw new IllegalStateException("can not close the list of object keys", e);
        }
    }

    private static final class Rows extends Spliterators.AbstractSpliterator<String> {
        private final ResultSet rows;

        Rows(ResultSet rows) {
            super(Long.MAX_VALUE, Spliterator.NONNULL | Spliterator.DISTINCT);
            this.rows = rows;
        }

        @Override
        public boolean tryAdvance(Consumer<? super String> action) {
            try {
                if (!rows.next()) {
                    return false;
                }
                action.accept(rows.getString(1));
                return true;
            } catch (SQLException e) {
                throw new IllegalStateException("can not read the list of object keys: " + e.getMessage(), e);
            }
        }
    }
}
