package dev.reliability.sample.configuration;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where PostgreSQL is.
 *
 * @param host its host
 * @param port its port
 * @param user the role
 * @param password its password
 * @param name the database
 * @param poolSize connections for requests, at most
 * @param sslMode how TLS is used, in libpq's words
 * @param programs the folder of pg_dump and psql; empty to look for those of the server's version
 */
public record DatabaseSettings(
        String host,
        int port,
        String user,
        Secret password,
        String name,
        int poolSize,
        String sslMode,
        Optional<Path> programs) {
    /** The same server, as the role that may create roles. */
    static DatabaseSettings readForAdmin(Values values) {
        DatabaseSettings own = read(values);
        return new DatabaseSettings(
                own.host(),
                own.port(),
                values.get(Variables.DB_ADMIN_USER),
                new Secret(values.require(Variables.DB_ADMIN_PASSWORD, "")),
                own.name(),
                own.poolSize(),
                own.sslMode(),
                own.programs());
    }

    static DatabaseSettings read(Values values) {
        return new DatabaseSettings(
                values.get(Variables.DB_HOST),
                values.get(Variables.DB_PORT),
                values.get(Variables.DB_USER),
                new Secret(values.require(Variables.DB_PASSWORD, "")),
                values.get(Variables.DB_NAME),
                values.get(Variables.DB_POOL_SIZE),
                values.get(Variables.DB_SSLMODE),
                values.find(Variables.PG_BIN));
    }
}
