package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An extension of a backup. A dump names no version when it creates one, so the server makes the one that is its default.
 *
 * @param version what the backup's database had
 */
record Extension(String name, String version) {

    /** Those of a backup. */
    static List<Extension> of(DatabaseFacts facts) {
        return facts.extensions().stream().map(Extension::of).toList();
    }

    private static Extension of(String text) {
        int blank = text.lastIndexOf(' ');
        return blank < 0 ? new Extension(text, "") : new Extension(text.substring(0, blank), text.substring(blank + 1));
    }

    /** The version that this server would make, empty if it names none; null if it does not have the extension. */
    @Nullable String available(Connection connection) throws SQLException {
        return DatabaseCatalog.text(
                connection, "SELECT coalesce(default_version, '') FROM pg_available_extensions WHERE name = ?", name);
    }
}
