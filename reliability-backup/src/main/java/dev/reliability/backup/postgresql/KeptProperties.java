package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a database keeps of its own when it is restored in place, where the backup's had something else. */
final class KeptProperties {
    private static final String KEPT =
            " of the backup's database is not brought back in place: the database keeps its own";

    private KeptProperties() {}

    /** A sentence each. */
    static List<String> of(DatabaseFacts backup, DatabaseProperties live) {
        List<String> kept = new ArrayList<>();
        for (Setting setting : backup.settings()) {
            if (!live.settings().contains(setting)) {
                String role = setting.role();
                kept.add("the setting " + setting.name() + (role == null ? "" : " for the role " + role) + KEPT);
            }
        }
        differing(kept, "owner", backup.owner(), live.owner());
        differing(kept, "access list", backup.acl(), live.acl());
        differing(kept, "connection limit", backup.connectionLimit(), live.connectionLimit());
        differing(kept, "comment", backup.comment(), live.comment());
        return kept;
    }

    private static void differing(List<String> kept, String what, @Nullable Object backup, @Nullable Object live) {
        if (!Objects.equals(backup, live)) {
            kept.add("the " + what + KEPT);
        }
    }
}
