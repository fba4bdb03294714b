package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What was backed up on one major version of PostgreSQL comes back on a newer one: the newer one's own pg_dump prints the
 * same text of both. Where two versions are installed; {@code -Dmajors.bin=FOLDER} names the programs of one more.
 */
class MajorsTest {
    private static final String OWNER = "/roundtrip/owner.sql";
    private static final String ALL_BEFORE_17 = "SELECT,INSERT,REFERENCES,DELETE,TRIGGER,TRUNCATE,UPDATE ON TABLE";
    private static final Pattern LINE_OF_A_VIEW =
            Pattern.compile("(?m)^( \\S| {4}\\S| {2}(WHERE|GROUP BY|HAVING|ORDER BY) ).*$");

    private static PrivatePostgres older;
    private static PrivatePostgres newer;

    private String original = "";
    private String restored = "";
    private Dump dump;

    @BeforeAll
    static void start() throws IOException {
        List<Path> installed = new ArrayList<>(PrivatePostgres.installed());
        String another = System.getProperty("majors.bin", "");
        if (!another.isEmpty()) {
            installed.add(0, Path.of(another));
        }
        assumeTrue(installed.stream().distinct().count() > 1, "only one version of PostgreSQL is installed");
        newer = PrivatePostgres.ofVersion(installed.get(0));
        older = PrivatePostgres.ofVersion(installed.get(installed.size() - 1));
        for (PrivatePostgres server : List.of(older, newer)) {
            server.execute(
                    PrivatePostgres.SUPERUSER,
                    "postgres",
                    "CREATE ROLE roundtrip_team",
                    "CREATE ROLE roundtrip_reader",
                    "GRANT roundtrip_team TO " + PrivatePostgres.ROLE);
        }
    }

    @AfterAll
    static void stop() {
        for (PrivatePostgres server : new PrivatePostgres[] {older, newer}) {
            if (server != null) {
                server.close();
            }
        }
    }

    @BeforeEach
    void dump() throws Exception {
        original = older.createDatabase();
        ClientProgram.execute(older, PrivatePostgres.ROLE, original, OWNER);
        dump = Dump.of(older.config(original));
        restored = newer.createDatabase();
    }

    @Test
    void what_an_older_server_had_comes_back_on_a_newer_one_by_switch() throws Exception {
        new PostgreSQLRestore(newer.config(restored), TimeSource.system())
                .switchTo(dump.request("op_" + restored), new RecordedSteps());

        assertThat(asTheNewerPrints(newer, restored)).isEqualTo(asTheNewerPrints(older, original));
    }

    @Test
    void what_an_older_server_had_comes_back_on_a_newer_one_in_place() throws Exception {
        new PostgreSQLRestore(newer.config(restored), TimeSource.system())
                .inPlace(dump.request("op_" + restored), new RecordedSteps());

        assertThat(asTheNewerPrints(newer, restored)).isEqualTo(asTheNewerPrints(older, original));
    }

    @Test
    void what_a_newer_server_had_is_refused_by_an_older_one_before_anything_is_made() throws Exception {
        newer.execute(PrivatePostgres.ROLE, restored, "CREATE TABLE notes (id int)");
        Dump newest = Dump.of(newer.config(restored));
        List<String> before = older.query("postgres", "SELECT datname FROM pg_database ORDER BY 1");

        assertThatThrownBy(() -> new PostgreSQLRestore(older.config(original), TimeSource.system())
                        .switchTo(newest.request("op_" + original), new RecordedSteps()))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .anyMatch(reason -> reason.startsWith("the backup is of PostgreSQL "
                                        + newest.facts().serverMajor())));

        assertThat(older.query("postgres", "SELECT datname FROM pg_database ORDER BY 1"))
                .isEqualTo(before);
    }

    /**
     * Rows, definitions, owners, privileges and comments, without the versions that it names. What a newer server says in
     * another way is made the same: in views, and what else has lines like theirs, no table's name in front of a column; and
     * all privileges are ALL, which is one more there.
     */
    private static String asTheNewerPrints(PrivatePostgres server, String database) throws Exception {
        String pgDump = newer.bin().resolve("pg_dump").toString();
        String text = ClientProgram.run(server, PrivatePostgres.SUPERUSER, pgDump, "-d", database)
                .replaceAll("(?m)^-- Dumped .*$|^\\\\(un)?restrict .*$", "")
                .replace(ALL_BEFORE_17, "ALL ON TABLE");
        return LINE_OF_A_VIEW
                .matcher(text)
                .replaceAll(line -> Matcher.quoteReplacement(line.group().replaceAll("\\b\\w+\\.(?=\\w)", "")));
    }
}
