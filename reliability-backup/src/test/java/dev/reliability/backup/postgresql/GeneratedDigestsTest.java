package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.backup.manifest.DatabaseFacts.TableFacts;
import dev.reliability.backup.postgresql.GeneratedTable.Alteration;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a manifest says of rows, held against random databases: the same rows are the same whatever the server prints them
 * like and wherever they lie, and the least change of them is found, in a dump and in what was restored.
 *
 * <p>The digest of a table depends on its own rows alone, so each schema of a database stands for a database of its own.
 * {@code -Ddigest.databases=1000} for more of them, {@code -Ddigest.seed=…} for those of another run.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class GeneratedDigestsTest {
    private static final int DATABASES = Integer.getInteger("digest.databases", 50);
    private static final long SEED = Long.getLong("digest.seed", System.nanoTime());
    private static final int AT_ONCE = 50;
    private static final int MOST_ROWS = 12;
    private static final String TRAILER = "--\n-- PostgreSQL database dump complete";

    /** In bytes; they are dumped and read back in pieces. */
    private static final List<Integer> LARGE_OBJECTS = List.of(
            0,
            1,
            LargeObjectDigest.PIECE - 1,
            LargeObjectDigest.PIECE,
            LargeObjectDigest.PIECE + 1,
            3 * LargeObjectDigest.PIECE - 1);

    /** Each changes how rows are printed or read. */
    private static final Map<String, List<String>> SETTINGS = new TreeMap<>(Map.of(
            "timezone", List.of("Asia/Kathmandu", "America/New_York"),
            "datestyle", List.of("German, DMY", "SQL, MDY", "Postgres, YMD"),
            "intervalstyle", List.of("iso_8601", "sql_standard", "postgres_verbose"),
            "extra_float_digits", List.of("-15", "0"),
            "bytea_output", List.of("escape"),
            "array_nulls", List.of("off"),
            "standard_conforming_strings", List.of("off")));

    private final PrivatePostgres server;
    private final Random random = new Random(SEED);
    private final TreeMap<Alteration, Integer> altered = new TreeMap<>();
    private int tables;

    GeneratedDigestsTest(PrivatePostgres server) {
        this.server = server;
    }

    @Test
    void the_same_rows_are_no_alarm_and_the_least_change_is_found() throws IOException {
        for (int begun = 0; begun < DATABASES; begun += AT_ONCE) {
            batch(Math.min(AT_ONCE, DATABASES - begun));
        }
        System.out.println(
                DATABASES + " databases, " + tables + " tables, seed " + SEED + ": no alarm, and found " + altered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT pg_catalog.lo_unlink(4711)",
                "SELECT pg_catalog.lo_create(4712)",
                "DROP SEQUENCE public.numbers",
                "CREATE SEQUENCE public.more",
            })
    void a_large_object_or_a_sequence_that_is_lost_or_added_is_found(String alteration) throws IOException {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE, database, "CREATE SEQUENCE numbers", "SELECT lo_from_bytea(4711, '\\xdeadbeef')");
        Dump altered = Dump.of(server.config(database)).with(TRAILER, alteration + ";\n" + TRAILER);

        BackupException.Damaged damaged = catchThrowableOfType(
                BackupException.Damaged.class,
                () -> restore(database).switchTo(altered.request("op_altered"), new RecordedSteps()));

        assertThat(damaged)
                .hasMessageContaining(alteration.contains("lo_") ? "large objects" : "sequences")
                .hasMessageContaining("the manifest says 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "SELECT pg_catalog.nextval('public.\"it''s\"')|the sequence public.it's is at 8, true instead of 7, true",
                "ALTER SEQUENCE public.fresh RESTART WITH 3|the sequence public.fresh is at 3, false instead of 1, false",
                "SELECT pg_catalog.lo_put(4711, 0, '\\x00')|its large objects have other bytes",
                "SELECT pg_catalog.lo_put(4711, 39999, '\\x00')|its large objects have other bytes",
                "SELECT pg_catalog.lo_put(4711, 40000, '\\x00')|its large objects have other bytes",
                "SELECT pg_catalog.lo_put(4712, 0, '\\x00')|its large objects have other bytes",
            })
    void a_large_object_of_other_bytes_or_a_sequence_of_another_value_is_found(String alteration, String words)
            throws IOException {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE SEQUENCE \"it's\"",
                "SELECT setval('\"it''s\"', 7)",
                "CREATE SEQUENCE fresh",
                "SELECT lo_from_bytea(4711, decode(repeat('0a', 40000), 'hex'))",
                "SELECT lo_create(4712)");
        Dump altered = Dump.of(server.config(database)).with(TRAILER, alteration + ";\n" + TRAILER);

        BackupException.Damaged damaged = catchThrowableOfType(
                BackupException.Damaged.class,
                () -> restore(database).switchTo(altered.request("op_altered"), new RecordedSteps()));

        assertThat(damaged).hasMessageContaining("the restored database is not what was backed up: " + words);
    }

    @Test
    void a_sequence_that_a_materialized_view_takes_numbers_from_is_no_alarm() throws IOException {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE SEQUENCE numbers",
                "CREATE MATERIALIZED VIEW taken AS SELECT nextval('numbers')");
        Dump dump = Dump.of(server.config(database));

        RestoreResult unused = restore(database).switchTo(dump.request("op_same"), new RecordedSteps());

        assertThat(server.query(database, "SELECT last_value FROM numbers")).containsExactly("2");
    }

    private void batch(int schemas) throws IOException {
        String database = server.createDatabase();
        Map<String, List<GeneratedTable>> generated = new LinkedHashMap<>();
        for (int i = 0; i < schemas; i++) {
            String schema = "s" + i;
            generated.put(schema, new ArrayList<>());
            for (int number = 1 + random.nextInt(3); number > 0; number--) {
                generated.get(schema).add(GeneratedTable.any(schema, number, MOST_ROWS, random));
            }
        }
        make(database, generated);
        Dump dump = Dump.of(server.config(database));
        tables += dump.facts().tables().size();

        assertNoAlarm(database, generated, dump);
        assertFound(database, generated, dump);

        server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + database + " WITH (FORCE)");
        server.query("postgres", "SELECT datname FROM pg_database WHERE starts_with(datname, '" + database + "_b_')")
                .forEach(kept -> server.execute(PrivatePostgres.SUPERUSER, "postgres", "DROP DATABASE " + kept));
    }

    private void make(String database, Map<String, List<GeneratedTable>> generated) {
        List<String> sql = new ArrayList<>();
        generated.forEach((schema, tables) -> {
            sql.add("CREATE SCHEMA " + schema);
            sql.add("CREATE TYPE " + schema + ".pair AS (a int, b text)");
            sql.add("CREATE SEQUENCE " + schema + ".numbers START " + (1 + random.nextInt(1000)));
            int bytes = LARGE_OBJECTS.get(random.nextInt(LARGE_OBJECTS.size()));
            sql.add("SELECT lo_from_bytea(0, decode(repeat('0a', " + bytes + "), 'hex'))");
            tables.forEach(table -> sql.addAll(table.sql()));
        });
        server.execute(PrivatePostgres.ROLE, database, sql.toArray(String[]::new));
    }

    /** Reordered and printed in another way: in a dump, and in a database that is restored with these settings. */
    private void assertNoAlarm(String database, Map<String, List<GeneratedTable>> generated, Dump dump)
            throws IOException {
        List<String> harmless = new ArrayList<>();
        generated.values().forEach(each -> each.forEach(table -> harmless.addAll(table.reordered(random))));
        List<String> settings = new ArrayList<>();
        SETTINGS.forEach((name, values) -> {
            String value = values.get(random.nextInt(values.size()));
            String of = random.nextBoolean() ? "DATABASE " + database : "ROLE app IN DATABASE " + database;
            settings.add("ALTER " + of + " SET " + name + " = '" + value + "'");
        });
        server.execute(PrivatePostgres.ROLE, database, harmless.toArray(String[]::new));
        server.execute(PrivatePostgres.ROLE, database, settings.toArray(String[]::new));

        Dump same = Dump.of(server.config(database));
        assertSame("dumped with " + settings, same, dump);
        RestoreResult unused = restore(database).switchTo(same.request("op_same"), new RecordedSteps());
        assertSame("restored with " + settings, Dump.of(server.config(database)), dump);
    }

    private static void assertSame(String as, Dump actual, Dump expected) {
        assertThat(actual.facts().tables())
                .as("-Ddigest.seed=%d, %s", SEED, as)
                .containsExactlyInAnyOrderElementsOf(expected.facts().tables());
    }

    /** One table of each schema is altered, as the load goes on and then in the database that is dumped. */
    private void assertFound(String database, Map<String, List<GeneratedTable>> generated, Dump dump)
            throws IOException {
        Map<String, String> alterations = new LinkedHashMap<>();
        generated.values().forEach(each -> {
            GeneratedTable table = each.get(random.nextInt(each.size()));
            Alteration alteration = Alteration.values()[random.nextInt(Alteration.values().length)];
            altered.merge(alteration, 1, Integer::sum);
            alterations.put(table.name(), table.altered(alteration, random));
        });
        List<String> sql = List.copyOf(alterations.values());

        assertDamaged(
                database,
                dump.with(TRAILER, String.join(";\n", sql) + ";\n" + TRAILER),
                "the restored database is not what was backed up",
                alterations);

        server.execute(PrivatePostgres.ROLE, database, sql.toArray(String[]::new));
        Dump ofAltered = Dump.of(server.config(database));
        Map<String, TableFacts> now = new HashMap<>();
        ofAltered.facts().tables().forEach(table -> now.put(table.name(), table));
        for (TableFacts before : dump.facts().tables()) {
            String name = before.name();
            assertThat(now.get(name).equals(before))
                    .as("-Ddigest.seed=%d, %s is the same after %s", SEED, name, alterations.get(name))
                    .isEqualTo(!alterations.containsKey(name));
        }
        assertDamaged(
                database, new Dump(dump.facts(), ofAltered.sql()), "the dump is not what was backed up", alterations);
    }

    /** All of them are found, and nothing else: a restore counts what it does not name. */
    private void assertDamaged(String database, Dump dump, String words, Map<String, String> alterations) {
        BackupException.Damaged damaged = catchThrowableOfType(
                BackupException.Damaged.class,
                () -> restore(database).switchTo(dump.request("op_altered"), new RecordedSteps()));
        assertThat(damaged).as("-Ddigest.seed=%d, %s", SEED, alterations).isNotNull();
        String message = damaged.getMessage();
        assertThat(message).contains(words);
        String[] named =
                message.substring(message.indexOf(words) + words.length() + 2).split("; ");
        int found = 0;
        for (String difference : named) {
            found += difference.startsWith("and ") ? Integer.parseInt(difference.split(" ")[1]) : 1;
        }
        assertThat(found)
                .as("-Ddigest.seed=%d, %s, %s", SEED, message, alterations)
                .isEqualTo(alterations.size());
    }

    private PostgreSQLRestore restore(String database) {
        return new PostgreSQLRestore(server.config(database), TimeSource.system());
    }
}
