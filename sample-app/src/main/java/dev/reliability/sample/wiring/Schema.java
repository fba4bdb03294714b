package dev.reliability.sample.wiring;

import dev.reliability.core.backup.RestoreHook;
import java.util.Arrays;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the database's schema up to date, and that of a restored one. */
final class Schema {
    /** Leaves alone what has no schema of this application's, as the tools restore databases of any kind. */
    static final RestoreHook OF_RESTORED = new RestoreHook() {
        @Override
        public void check(DataSource restored) {
            requireKnown(restored);
        }

        @Override
        public void prepare(DataSource restored) {
            if (isOurs(restored)) {
                migrate(restored);
            }
        }
    };

    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private Schema() {}

    /** Applies what is missing; other instances wait meanwhile. Tables that are nobody's business of ours stay. */
    static void migrate(DataSource database) {
        MigrateResult result = flyway(database).migrate();
        if (result.migrationsExecuted > 0) {
            log.atInfo()
                    .addKeyValue("event", "schema_migrated")
                    .addKeyValue("database", result.database)
                    .addKeyValue("migrations", result.migrationsExecuted)
                    .log("the schema is up to date");
        }
    }

    private static boolean isOurs(DataSource database) {
        return flyway(database).info().applied().length > 0;
    }

    /** @throws IllegalStateException if a newer version of this application has migrated it */
    private static void requireKnown(DataSource database) {
        Optional<MigrationInfo> newer = Arrays.stream(flyway(database).info().applied())
                .filter(migration -> migration.getState().isApplied()
                        && !migration.getState().isResolved()
                        && migration.getVersion() != null)
                .filter(migration -> !migration.getType().isBaseline())
                .reduce((first, last) -> last);
        if (newer.isPresent()) {
            throw new IllegalStateException(
                    "its schema has version " + newer.get().getVersion()
                            + ", which this version of the application does not know; restore it with the one that wrote it, or"
                            + " a newer one");
        }
    }

    private static Flyway flyway(DataSource database) {
        return Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }
}
