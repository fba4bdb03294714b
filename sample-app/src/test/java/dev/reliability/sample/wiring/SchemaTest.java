package dev.reliability.sample.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.postgresql.PrivatePostgres;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** What the sample does with a database that was restored. */
@ExtendWith(PrivatePostgres.Shared.class)
class SchemaTest {
    private final PrivatePostgres server;
    private String name = "";
    private PGSimpleDataSource database;

    SchemaTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        name = server.createDatabase();
        database = new PGSimpleDataSource();
        database.setUrl("jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + name);
        database.setUser(PrivatePostgres.ROLE);
        database.setPassword(server.password(PrivatePostgres.ROLE));
    }

    @Test
    void an_older_schema_is_brought_up_to_date() throws Exception {
        Schema.migrate(database);
        server.execute(
                PrivatePostgres.ROLE,
                name,
                "DROP TABLE documents, object_deletions",
                "UPDATE flyway_schema_history SET version = '0', type = 'BASELINE', checksum = NULL,"
                        + " description = '<< Flyway Baseline >>', script = '<< Flyway Baseline >>'");

        restored();

        assertThat(server.query(name, "SELECT count(*) FROM documents")).containsExactly("0");
    }

    @Test
    void the_schema_of_this_version_stays_as_it_is() throws Exception {
        Schema.migrate(database);
        String before = history();

        restored();

        assertThat(history()).isEqualTo(before);
    }

    @Test
    void a_newer_schema_is_refused_with_its_version() {
        Schema.migrate(database);
        server.execute(
                PrivatePostgres.ROLE,
                name,
                "INSERT INTO flyway_schema_history SELECT 99, '99', 'of the future', type, 'V99__of_the_future.sql', 0,"
                        + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
                        + " WHERE version = '1'");

        assertThatThrownBy(() -> Schema.OF_RESTORED.check(database))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its schema has version 99");
    }

    @Test
    void a_database_of_another_kind_is_left_alone() throws Exception {
        server.execute(PrivatePostgres.ROLE, name, "CREATE TABLE somebody_elses (id int)");

        restored();

        assertThat(server.query(
                        name,
                        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
                .containsExactly("somebody_elses");
    }

    private void restored() throws Exception {
        Schema.OF_RESTORED.check(database);
        Schema.OF_RESTORED.prepare(database);
    }

    private String history() {
        return server.query(name, "SELECT string_agg(h::text, '|') FROM flyway_schema_history h")
                .toString();
    }
}
