package dev.reliability.backup.postgresql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which database is backed up and restored, and as whom. Immutable; all faults are reported together when it is built.
 * The password is in neither {@link #toString()} nor any error.
 *
 * @param host a name or an address; no list and no socket folder
 * @param port 1 to 65535
 * @param user the role; to restore by the live switch it owns the database and has CREATEDB and pg_signal_backend
 * @param password may be empty, where the server asks for none
 * @param database the live database, at most 63 bytes; it need not exist for a restore
 * @param sslMode {@code disable}, {@code allow}, {@code prefer}, {@code require}, {@code verify-ca} or {@code
 *     verify-full}; null leaves it to the driver and the programs, whose default is {@code prefer}
 * @param pgBin the folder of pg_dump, pg_dumpall and psql, and then the only one that is looked at; null looks for
 *     them at the usual places and on PATH
 */
public record PostgreSQLConfig(
        String host,
        int port,
        String user,
        String password,
        String database,
        @Nullable String sslMode,
        @Nullable Path pgBin) {
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final int CONNECT_SECONDS = 5;
    private static final int LONGEST_NAME = 63;

    /**
     * A checked configuration; {@link #builder()} names what it sets.
     *
     * @throws IllegalArgumentException naming every fault: property, value, rule
     */
    public PostgreSQLConfig {
        List<String> faults = new ArrayList<>();
        if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || "/,?&#'\\".indexOf(c) >= 0)) {
            faults.add("host is '" + host + "', must be one name or address");
        }
        if (port < 1 || port > 65535) {
            faults.add("port is " + port + ", must be from 1 to 65535");
        }
        name(faults, "user", user);
        name(faults, "database", database);
        if (password.indexOf('\0') >= 0) {
            faults.add("password has a zero byte");
        }
        if (sslMode != null && !SSL_MODES.contains(sslMode)) {
            faults.add("sslMode is '" + sslMode + "', must be one of " + String.join(", ", sorted(SSL_MODES)));
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("PostgreSQL: " + String.join("; ", faults));
        }
    }

    /** A configuration to fill in; host {@code localhost} and port 5432 unless set. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same for another database of the server. */
    PostgreSQLConfig withDatabase(String other) {
        return new PostgreSQLConfig(host, port, user, password, other, sslMode, pgBin);
    }

    /** The JDBC address of a database on this server, with timeouts for long work; it holds no password. */
    public String jdbcUrl(String databaseName) {
        String address = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        String url = "jdbc:postgresql://" + address + ":" + port + "/"
                + URLEncoder.encode(databaseName, StandardCharsets.UTF_8).replace("+", "%20")
                + "?connectTimeout=" + CONNECT_SECONDS + "&loginTimeout=" + CONNECT_SECONDS
                + "&socketTimeout=0&tcpKeepAlive=true";
        return sslMode == null ? url : url + "&sslmode=" + sslMode;
    }

    /**
     * Opens a connection of its own, for statements of any length; the caller closes it.
     *
     * @param applicationName what the server shows for it: the operation
     */
    public Connection open(String databaseName, String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", applicationName);
        return DriverManager.getConnection(jdbcUrl(databaseName), properties);
    }

    @Override
    public String toString() {
        return "PostgreSQLConfig[" + user + "@" + host + ":" + port + "/" + database + ", sslMode=" + sslMode
                + ", pgBin=" + pgBin + "]";
    }

    private static void name(List<String> faults, String property, String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LONGEST_NAME || value.indexOf('\0') >= 0) {
            faults.add(property + " is '" + value + "' of " + bytes + " bytes, must have 1 to " + LONGEST_NAME);
        }
    }

    private static List<String> sorted(Set<String> values) {
        return values.stream().sorted().toList();
    }

    /** Fills in a {@link PostgreSQLConfig}. For one thread. */
    public static final class Builder {
        private String host = "localhost";
        private int port = 5432;
        private String user = "";
        private String password = "";
        private String database = "";
        private @Nullable String sslMode;
        private @Nullable Path pgBin;

        private Builder() {}

        /** See {@link PostgreSQLConfig#host()}. */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /** See {@link PostgreSQLConfig#port()}. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** See {@link PostgreSQLConfig#user()}. */
        public Builder user(String value) {
            user = value;
            return this;
        }

        /** See {@link PostgreSQLConfig#password()}. */
        public Builder password(String value) {
            password = value;
            return this;
        }

        /** See {@link PostgreSQLConfig#database()}. */
        public Builder database(String value) {
            database = value;
            return this;
        }

        /** See {@link PostgreSQLConfig#sslMode()}. */
        public Builder sslMode(@Nullable String value) {
            sslMode = value;
            return this;
        }

        /** See {@link PostgreSQLConfig#pgBin()}. */
        public Builder pgBin(@Nullable Path value) {
            pgBin = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming every fault: property, value, rule
         */
        public PostgreSQLConfig build() {
            return new PostgreSQLConfig(host, port, user, password, database, sslMode, pgBin);
        }
    }
}
