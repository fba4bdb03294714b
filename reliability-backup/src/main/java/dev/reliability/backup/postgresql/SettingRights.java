package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts.Setting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells by rights alone which settings this role can not give to a database, where {@link DatabaseDress} tries. A value
 * that the server does not take is not found so; the restore finds it, before it loads anything.
 */
final class SettingRights {
    private final Connection connection;
    private final String user;
    private final boolean superuser;
    private final int major;

    private SettingRights(Connection connection, String user) throws SQLException {
        this.connection = connection;
        this.user = user;
        this.superuser = DatabaseCatalog.isSuperuser(connection);
        this.major = ServerSessions.major(connection);
    }

    /** A sentence for each setting that is lost. */
    static List<String> lost(Connection connection, String user, List<Setting> settings) throws SQLException {
        SettingRights rights = new SettingRights(connection, user);
        List<String> lost = new ArrayList<>();
        for (Setting setting : settings) {
            String why = rights.whyNot(setting);
            if (why != null) {
                lost.add(DatabaseDress.lost(setting, why));
            }
        }
        return lost;
    }

    private @Nullable String whyNot(Setting setting) throws SQLException {
        String role = setting.role();
        if (role != null) {
            String itsSuperuser =
                    DatabaseCatalog.text(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = ?", role);
            if (itsSuperuser == null) {
                return "the server does not have this role";
            }
            if (!superuser && (itsSuperuser.equals("t") || !mayAlter(role))) {
                return "the role " + user + " may not change the settings of that role";
            }
        }
        return superuser || maySet(setting.name())
                ? null
                : "the role " + user + " may not set it"
                        + (major >= 15
                                ? ": GRANT SET ON PARAMETER " + setting.name() + " TO " + Sql.name(user)
                                : ", only a superuser");
    }

    private boolean mayAlter(String role) throws SQLException {
        return DatabaseCatalog.isTrue(
                connection,
                "SELECT rolname = ? OR rolcreaterole"
                        + (major >= 16 ? " AND pg_has_role(?, 'MEMBER WITH ADMIN OPTION')" : " AND ?::text IS NOT NULL")
                        + " FROM pg_roles WHERE rolname = current_user",
                role,
                role);
    }

    /** What is not shown here is a superuser's, or an extension's that is not loaded and so is taken for one. */
    private boolean maySet(String name) throws SQLException {
        String context =
                DatabaseCatalog.text(connection, "SELECT context FROM pg_settings WHERE lower(name) = lower(?)", name);
        if ("user".equals(context)) {
            return true;
        }
        return (context == null || context.equals("superuser"))
                && major >= 15
                && DatabaseCatalog.isTrue(connection, "SELECT has_parameter_privilege(?, 'SET')", name);
    }
}
