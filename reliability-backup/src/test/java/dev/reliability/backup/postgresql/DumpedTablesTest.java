package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PrivatePostgres.Shared.class)
class DumpedTablesTest {
    private static final String[] OF_EVERY_KIND = {
        "CREATE TABLE plain (id int)",
        "CREATE TABLE columnless ()",
        "CREATE TABLE computed (id int GENERATED ALWAYS AS (1) STORED)",
        "CREATE UNLOGGED TABLE unlogged (id int)",
        "CREATE TEMPORARY TABLE fleeting (id int)",
        "CREATE TABLE parent (id int)",
        "CREATE TABLE child () INHERITS (parent)",
        "CREATE TABLE years (y int) PARTITION BY RANGE (y)",
        "CREATE TABLE years_old PARTITION OF years FOR VALUES FROM (0) TO (2000) PARTITION BY LIST (y)",
        "CREATE TABLE years_old_rest PARTITION OF years_old DEFAULT",
        "CREATE TABLE years_rest PARTITION OF years DEFAULT",
        "CREATE TYPE mood AS ENUM ('good', 'bad')",
        "CREATE TABLE moods (m mood) PARTITION BY HASH (m)",
        "CREATE TABLE moods_0 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE moods_1 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "INSERT INTO moods VALUES ('good'), ('bad')",
        "CREATE TYPE pair AS (a int, b int)",
        "CREATE TABLE typed OF pair",
        "CREATE VIEW seen AS SELECT * FROM plain",
        "CREATE MATERIALIZED VIEW kept AS SELECT * FROM plain",
        "CREATE SEQUENCE numbers",
        "CREATE SCHEMA \"Quoted.\"\" schema\"",
        "CREATE TABLE \"Quoted.\"\" schema\".\"a.\"\"b\" (\"select\" int)",
        "CREATE TABLE \"select\" (id int)",
        "CREATE SCHEMA pgs",
        "CREATE TABLE pgs.not_of_the_system (id int)",
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE FOREIGN TABLE far (id int) SERVER elsewhere",
        "CREATE EXTENSION pg_trgm",
        "CREATE TABLE of_extension (id int)",
        "ALTER EXTENSION pg_trgm ADD TABLE of_extension",
        "CREATE TABLE settings_of_extension (id int)",
        "ALTER EXTENSION pg_trgm ADD TABLE settings_of_extension",
        "CREATE SCHEMA of_extension",
        "ALTER EXTENSION pg_trgm ADD SCHEMA of_extension",
        "CREATE TABLE of_extension.users_own (id int)",
        "CREATE TABLE settings_of_plpgsql (id int)",
        "ALTER EXTENSION plpgsql ADD TABLE settings_of_plpgsql",
        "UPDATE pg_extension SET extconfig = ARRAY['settings_of_extension'::regclass::oid], extcondition = ARRAY['']"
                + " WHERE extname = 'pg_trgm'",
        "UPDATE pg_extension SET extconfig = ARRAY['settings_of_plpgsql'::regclass::oid], extcondition = ARRAY['']"
                + " WHERE extname = 'plpgsql'",
    };

    private final PrivatePostgres server;

    DumpedTablesTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void they_are_those_that_pg_dump_writes_the_rows_of() throws IOException {
        String database = server.createDatabase();
        server.execute(PrivatePostgres.SUPERUSER, database, OF_EVERY_KIND);
        server.execute(
                PrivatePostgres.SUPERUSER,
                database,
                "ALTER DATABASE " + database + " SET quote_all_identifiers = on",
                "ALTER DATABASE " + database + " SET search_path = pgs");

        Scanned scanned = scan(database);

        assertThat(scanned.expected().lackOf(scanned.headers())).isNull();
        for (CopyHeader left : scanned.headers()) {
            List<CopyHeader> others = new ArrayList<>(scanned.headers());
            others.remove(left);
            assertThat(scanned.expected().lackOf(others))
                    .as("without " + left.name())
                    .contains(" tables are not in it: ")
                    .contains(left.name().equals("public.moods") ? "public.moods_0, public.moods_1" : left.name());
        }
        assertThat(scanned.headers())
                .extracting(CopyHeader::name)
                .contains(
                        "public.settings_of_extension",
                        "public.settings_of_plpgsql",
                        "of_extension.users_own",
                        "public.columnless")
                .doesNotContain("public.of_extension", "public.far", "public.years");
    }

    @Test
    void names_are_compared_in_the_databases_own_encoding() throws IOException {
        for (String encoding : List.of("LATIN1", "SQL_ASCII")) {
            String database = server.createDatabase() + "_" + encoding.toLowerCase(Locale.ROOT);
            server.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "CREATE DATABASE " + database + " OWNER app TEMPLATE template0 LOCALE 'C' ENCODING " + encoding);
            server.execute(PrivatePostgres.ROLE, database, "CREATE TABLE \"Gebäude\" (id int)");

            Scanned scanned = scan(database);

            assertThat(scanned.headers()).hasSize(1);
            assertThat(scanned.expected().lackOf(scanned.headers()))
                    .as(encoding)
                    .isNull();
            assertThat(scanned.expected().lackOf(List.of())).contains("Gebäude");
        }
    }

    @Test
    void of_many_that_are_missing_ten_are_named() throws IOException {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                IntStream.range(10, 23)
                        .mapToObj(i -> "CREATE TABLE t" + i + " ()")
                        .toArray(String[]::new));

        assertThat(scan(database).expected().lackOf(List.of()))
                .isEqualTo("the rows of 13 of 13 tables are not in it: "
                        + IntStream.range(10, 20).mapToObj(i -> "public.t" + i).collect(Collectors.joining(", "))
                        + " and 3 more");
    }

    private record Scanned(DumpedTables expected, List<CopyHeader> headers) {}

    private Scanned scan(String database) throws IOException {
        PostgreSQLBackup backup = new PostgreSQLBackup(server.config(database, PrivatePostgres.SUPERUSER));
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        try (DatabaseSnapshot snapshot = backup.openSnapshot("op_tables")) {
            DumpResult whole = backup.dump(snapshot, sql, bytes -> {});
            assertThat(whole.bytes()).isPositive();
            DumpCopy copy = DumpCopy.exact();
            copy.copy(new ByteArrayInputStream(sql.toByteArray()), OutputStream.nullOutputStream(), bytes -> {});
            return new Scanned(snapshot.tables(), copy.scanner().headers());
        }
    }
}
