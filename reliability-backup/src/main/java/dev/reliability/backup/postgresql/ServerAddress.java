package dev.reliability.backup.postgresql;

import org.jspecify.annotations.Nullable;

/**
 * Where PostgreSQL's programs find a server, and as whom.
 *
 * @param host a name or an address, or the folder of its socket
 * @param sslMode null for the programs' default
 */
record ServerAddress(
        String host,
        int port,
        String user,
        String password,
        @Nullable String sslMode) {
    static ServerAddress of(PostgreSQLConfig config) {
        return new ServerAddress(config.host(), config.port(), config.user(), config.password(), config.sslMode());
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port;
    }
}
