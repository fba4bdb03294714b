package dev.reliability.core.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;

/**
 * Tells which objects the rows of a database name, so that a full backup can prove that no row is without its object.
 */
@FunctionalInterface
public interface ReferencedKeys {

    /**
     * All object keys that rows name, each at least once, in any order, lazily: there may be millions.
     *
     * @param inSnapshot a read-only transaction in the backup's own snapshot; not to be committed or closed
     */
    Stream<String> keys(Connection inSnapshot) throws SQLException;
}
