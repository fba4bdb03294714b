package dev.reliability.sample.wiring;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the database's schema up to date. */
final class Schema {
    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private Schema() {}

    /** Applies what is missing; other instances wait meanwhile. Tables that are nobody's business of ours stay. */
    static void migrate(DataSource database) {
        MigrateResult result = Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        if (result.migrationsExecuted > 0) {
            log.atInfo()
                    .addKeyValue("event", "schema_migrated")
                    .addKeyValue("migrations", result.migrationsExecuted)
                    .log("the schema is up to date");
        }
    }
}
