package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.acceptance.Backend.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The backend is killed in the middle of its work, and started again: no half backup is listed, the database has its
 * old content or the new one, and the next backup leaves nothing behind of the lost one. Three moments in the default
 * suite; all of them with {@code -Dacceptance.kills=all}.
 */
class KillIT {
    private static final int ROWS = 400_000;

    private static LocalBackend local;
    private static String backup;
    private static final Set<String> whole = new HashSet<>();

    /** @param reached in which phase or after which step of its journal the process dies, and how much later */
    record Moment(String request, String reached, int laterMillis, boolean inDefaultSuite) {
        @Override
        public String toString() {
            return request + " at " + reached + " + " + laterMillis + " ms";
        }
    }

    static List<Moment> moments() {
        List<Moment> moments = new ArrayList<>();
        for (int later : new int[] {0, 150}) {
            boolean first = later == 150;
            moments.add(new Moment("create?type=full", "waiting", later, false));
            moments.add(new Moment("create?type=full", "dumping", later, first));
            moments.add(new Moment("create?type=full", "copying_objects", later, false));
            for (String mode : List.of("switch", "in_place")) {
                String restore = "restore?mode=" + mode;
                moments.add(new Moment(restore, "verifying", later, false));
                moments.add(new Moment(restore, "restoring_objects", later, false));
                moments.add(new Moment(restore, "loading", later * 5, first));
                moments.add(new Moment(
                        restore, mode.equals("switch") ? "step:loaded" : "step:committing", later / 30, false));
                moments.add(new Moment(
                        restore, mode.equals("switch") ? "step:switching" : "step:committed", later / 30, false));
                moments.add(new Moment(restore, "replacing_objects", later, false));
            }
        }
        boolean all = System.getProperty("acceptance.kills", "").equals("all");
        return moments.stream().filter(moment -> all || moment.inDefaultSuite()).toList();
    }

    @BeforeAll
    static void start() throws Exception {
        local = LocalBackend.start(Map.of());
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE content (id int PRIMARY KEY, generation text, filler text)");
            statement.execute("INSERT INTO content SELECT n, 'backed up', repeat(md5(n::text), 5)"
                    + " FROM generate_series(1, " + ROWS + ") n");
        }
        for (int i = 0; i < 50; i++) {
            local.backend()
                    .upload("document " + i, ("content " + i).repeat(1000).getBytes());
        }
        backup = local.backend().backUp("full");
        whole.add(backup);
    }

    @AfterAll
    static void stop() throws IOException {
        local.close();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void killed(Moment moment) throws Exception {
        setGeneration("live");
        List<Path> objects = objectFiles();
        Files.delete(objects.get(0));
        Files.writeString(objects.get(1), "overwritten");

        String path = "/api/v1/backup/" + moment.request().replace("restore?", "restore/" + backup + "?");
        Answer begun = local.backend().post(path);
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        String operation = begun.json().path("operation").asText();
        boolean reached = awaitMoment(operation, moment);
        local.killBackend();
        local.restart();

        JsonNode ended = local.backend().ended(operation);
        String generation = generation();
        System.out.printf(
                "%s: %s, %s; the database is %s%n",
                moment,
                reached ? "reached" : "over before",
                ended.path("status").asText(),
                generation);
        assertThat(generation).isIn("live", "backed up");
        if (moment.request().startsWith("create")) {
            assertThat(generation).isEqualTo("live");
            if (ended.path("status").asText().matches("completed|incomplete")) {
                whole.add(ended.path("id").asText());
            }
        } else {
            assertThat(generation).isEqualTo(ended.path("status").asText().equals("completed") ? "backed up" : "live");
        }
        assertThat(listed()).as("no half backup").isEqualTo(whole);

        whole.add(local.backend().backUp("storage"));
        assertThat(listed()).isEqualTo(whole);
        assertThat(temporaryFiles()).isEmpty();
        assertThat(scratchDatabases()).isEmpty();
    }

    /** Waits for the moment; false if the operation was over before. */
    private static boolean awaitMoment(String operation, Moment moment) {
        Path journal = local.backups().resolve(".repository/journal/" + operation + ".json");
        boolean[] reached = {false};
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(2)).until(() -> {
            if (moment.reached().startsWith("step:")) {
                String step = "\"" + moment.reached().substring("step:".length()) + "\"";
                reached[0] = Files.exists(journal) && Files.readString(journal).contains(step);
                return reached[0] || ended(operation);
            }
            JsonNode status = local.backend()
                    .get("/api/v1/backup/operations/" + operation)
                    .json();
            reached[0] = status.path("phase").asText().equals(moment.reached());
            return reached[0] || !status.path("status").asText().equals("running");
        });
        if (moment.laterMillis() > 0) {
            await().pollDelay(Duration.ofMillis(moment.laterMillis())).until(() -> true);
        }
        return reached[0];
    }

    private static boolean ended(String operation) {
        JsonNode status =
                local.backend().get("/api/v1/backup/operations/" + operation).json();
        return !status.path("status").asText().equals("running");
    }

    private static Set<String> listed() {
        Set<String> ids = new TreeSet<>();
        local.backend()
                .get("/api/v1/backup/list?limit=1000")
                .json()
                .path("backups")
                .forEach(found -> ids.add(found.path("id").asText()));
        return ids;
    }

    private static List<Path> temporaryFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : List.of(local.backups(), local.storage())) {
            Path own = folder.resolve(".store");
            if (Files.exists(own)) {
                try (Stream<Path> walk = Files.walk(own)) {
                    walk.filter(Files::isRegularFile).forEach(found::add);
                }
            }
        }
        return found;
    }

    private static List<Path> objectFiles() throws IOException {
        try (Stream<Path> walk = Files.walk(local.storage().resolve("documents"))) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void setGeneration(String generation) throws SQLException {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE content SET generation = '" + generation + "' WHERE id % 1000 = 0");
        }
    }

    /** The generation of the content, which must be whole. */
    private static String generation() throws SQLException {
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT (SELECT count(*) FROM content),"
                        + " string_agg(DISTINCT generation, ' and ') FROM content WHERE id % 1000 = 0")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(ROWS);
            return rows.getString(2);
        }
    }

    private static List<String> scratchDatabases() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = local.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT datname FROM pg_database WHERE datname LIKE '%\\_r\\_%'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
