package dev.reliability.hosttests;

import static dev.reliability.core.backup.BackupStatus.COMPLETED;
import static dev.reliability.core.backup.BackupStatus.FAILED;
import static dev.reliability.core.backup.BackupStatus.INCOMPLETE;
import static dev.reliability.core.backup.BackupStatus.RUNNING;
import static dev.reliability.core.backup.BackupType.DATABASE;
import static dev.reliability.core.backup.BackupType.FULL;
import static dev.reliability.core.backup.BackupType.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/v1/backup…}, where all is well. */
public abstract class BackupContract extends HostContract {
    private static final String ID = "20260103_140000";

    @BeforeEach
    void someBackups() {
        backups.add(0, FULL, COMPLETED);
        backups.add(1, DATABASE, INCOMPLETE);
        backups.add(2, DATABASE, FAILED);
        backups.add(3, STORAGE, RUNNING);
        backups.add(4, STORAGE, COMPLETED);
    }

    @ParameterizedTest
    @CsvSource({"database, DATABASE", "storage, STORAGE", "full, FULL"})
    void create_beginsAndTellsWhereToLook(String type, String asked) {
        Answer answer = as("backup:write", "POST", "/api/v1/backup/create?type=" + type)
                .send()
                .has(202);

        assertThat(backups.asked).containsExactly("create " + asked + " by ada");
        assertThat(answer.header("Location"))
                .isIn(address() + "/api/v1/backup/operations/op-1", "/api/v1/backup/operations/op-1");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.body())
                .isEqualTo("{\"operation\":\"op-1\",\"kind\":\"create\",\"id\":null,\"status\":\"running\","
                        + "\"phase\":\"dumping\",\"percent\":25,\"bytes\":512,\"total_bytes\":2048,\"message\":\"\","
                        + "\"started_at\":\"2026-01-03T19:00:00Z\",\"finished_at\":null,\"error\":null,"
                        + "\"requested_by\":\"ada\"}\n");
    }

    @Test
    void operation_isFollowedByItsLocation() {
        Answer begun =
                as("backup:write", "POST", "/api/v1/backup/create?type=full").send();

        Answer answer = as("backup:read", "GET", "/api/v1/backup/operations/op-1")
                .send()
                .has(200);

        assertThat(answer.body()).isEqualTo(begun.body());
    }

    @Test
    void list_hasWhatCanBeRestoredNewestFirst() {
        Answer answer = as("backup:read", "GET", "/api/v1/backup/list").send().has(200);

        assertThat(answer.json()).containsEntry("count", 3);
        assertThat(ids(answer)).containsExactly("20260103_180000", "20260103_150000", ID);
        assertThat(answer.body())
                .contains(
                        "{\"id\":\"20260103_140000\",\"type\":\"full\",\"path\":\"/app/backups/full/20260103_140000\","
                                + "\"size\":1073741824,\"added_bytes\":4096,\"created_at\":\"2026-01-03T14:00:00Z\","
                                + "\"status\":\"completed\",\"signed\":true,\"verified_at\":\"2026-01-03T14:01:00Z\",\"verified_level\":2,"
                                + "\"message\":null}");
    }

    @ParameterizedTest
    @CsvSource({
        "type=storage,               1, 1",
        "limit=1,                    3, 1",
        "limit=1000,                 3, 3",
        "status=failed,              1, 1",
        "'status=failed,running',    2, 2",
        "type=full&status=running,   0, 0",
    })
    void list_isNarrowedByItsParameters_andCountsAllThatMatch(String query, int count, int listed) {
        Answer answer =
                as("backup:read", "GET", "/api/v1/backup/list?" + query).send().has(200);

        assertThat(answer.json()).containsEntry("count", count);
        assertThat(ids(answer)).hasSize(listed);
    }

    @Test
    void list_ofThousand_isStreamedWhole() {
        for (int hour = 10; hour < 1010; hour++) {
            backups.add(hour, FULL, COMPLETED);
        }

        assertThat(ids(as("backup:read", "GET", "/api/v1/backup/list?limit=1000")
                        .send()))
                .hasSize(1000);
    }

    @Test
    void find_givesOneBackupOfAnyStatus() {
        Answer answer = as("backup:read", "GET", "/api/v1/backup/20260103_160000")
                .send()
                .has(200);

        assertThat(answer.json()).containsEntry("status", "failed").containsEntry("message", "it ended at hour 2");
    }

    @Test
    void restore_withoutOptions_isAsTheServiceLikes() {
        Answer answer = as("backup:restore", "POST", "/api/v1/backup/restore/" + ID)
                .send()
                .has(202);

        assertThat(backups.asked)
                .containsExactly("restore " + ID + " null readOnly=false mirror=false accept=[] by ada");
        assertThat(answer.json()).containsEntry("kind", "restore").containsEntry("id", ID);
        assertThat(answer.header("Location")).endsWith("/api/v1/backup/operations/op-1");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "mode=switch | SWITCH readOnly=false mirror=false accept=[]",
                "mode=in_place&read_only=true&mirror=true | IN_PLACE readOnly=true mirror=true accept=[]",
                "read_only&mirror | null readOnly=true mirror=true accept=[]",
                "mirror&read_only=false | null readOnly=false mirror=true accept=[]",
                "accept=settings,incomplete | null readOnly=false mirror=false accept=[INCOMPLETE, SETTINGS]",
            },
            delimiter = '|')
    void restore_passesItsOptionsOn(String query, String asked) {
        as("backup:restore", "POST", "/api/v1/backup/restore/" + ID + "?" + query)
                .send()
                .has(202);

        assertThat(backups.asked).containsExactly("restore " + ID + " " + asked + " by ada");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dry_run=true", "dry_run", "dry_run=true&mode=switch&read_only=true"})
    void restore_asDryRun_isThePlanAndNothingBegins(String query) {
        Answer answer = as("backup:restore", "POST", "/api/v1/backup/restore/" + ID + "?" + query)
                .send()
                .has(200);

        assertThat(backups.asked).isEmpty();
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.body())
                .isEqualTo("{\"id\":\"20260103_140000\",\"type\":\"full\",\"created_at\":\"2026-01-03T14:00:00Z\","
                        + "\"possible\":false,\"obstacles\":[\"it is incomplete\"],"
                        + "\"accept\":[\"incomplete\",\"settings\"],\"seconds\":2,\"bytes_per_second\":2048,"
                        + "\"measured_restores\":2,\"database\":{\"name\":\"app\",\"mode\":\"switch\",\"exists\":true,"
                        + "\"bytes\":8192,\"kept_as\":\"app_b_<operation>\",\"transactions_lost\":17,"
                        + "\"space\":{\"needed\":4096,\"free\":null,\"known\":false},\"sessions\":3,\"connected\":["
                        + "{\"role\":\"app\",\"application\":\"pool\",\"address\":\"10.0.0.7\",\"count\":2},"
                        + "{\"role\":\"admin\",\"application\":\"\",\"address\":null,\"count\":1}],"
                        + "\"not_carried_over\":[\"a setting\"]},\"objects\":{\"compared\":true,\"missing\":5,"
                        + "\"differing\":4,\"deleted\":0,\"store\":{\"needed\":100,\"free\":200,\"known\":true},"
                        + "\"repository\":{\"needed\":null,\"free\":300,\"known\":false}}}\n");
    }

    @Test
    void restore_asDryRun_passesItsOptionsOn_andWhatIsNotKnownIsNull() {
        Answer full = as(
                        "backup:restore",
                        "POST",
                        "/api/v1/backup/restore/" + ID + "?dry_run=true&mode=in_place&mirror=true&accept=incomplete")
                .send()
                .has(200);
        Answer storage = as("backup:restore", "POST", "/api/v1/backup/restore/20260103_180000?dry_run=true")
                .send()
                .has(200);

        assertThat(full.json()).containsEntry("possible", true);
        assertThat(full.body()).contains("\"mode\":\"in_place\"", "\"deleted\":2");
        assertThat(storage.body())
                .contains("\"seconds\":null,\"bytes_per_second\":null", "\"database\":null,\"objects\":null}");
        as("backup:restore", "POST", "/api/v1/backup/restore/20260203_140000?dry_run=true")
                .send()
                .isProblem(404, "not_found", "20260203_140000");
    }

    @Test
    void restore_thatIsExplicitlyNoDryRun_begins() {
        as("backup:restore", "POST", "/api/v1/backup/restore/" + ID + "?dry_run=false")
                .send()
                .has(202);

        assertThat(backups.asked).hasSize(1);
    }

    @Test
    void verify_beginsAndTellsWhereToLook() {
        Answer answer = as("backup:write", "POST", "/api/v1/backup/" + ID + "/verify?level=1")
                .send()
                .has(202);

        assertThat(backups.asked).containsExactly("verify " + ID + " STORED_BYTES by ada");
        assertThat(answer.json()).containsEntry("kind", "verify").containsEntry("id", ID);
        assertThat(answer.header("Location")).endsWith("/api/v1/backup/operations/op-1");
    }

    @Test
    void verify_isATestRestore_ifItIsNotSaidOtherwise() {
        as("backup:write", "POST", "/api/v1/backup/" + ID + "/verify").send().has(202);

        assertThat(backups.asked).containsExactly("verify " + ID + " TEST_RESTORE by ada");
    }

    @Test
    void delete_is204_and404AfterThat() {
        Answer answer =
                as("backup:delete", "DELETE", "/api/v1/backup/" + ID).send().has(204);

        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        as("backup:delete", "DELETE", "/api/v1/backup/" + ID).send().isProblem(404, "not_found", ID);
        as("backup:read", "GET", "/api/v1/backup/" + ID).send().isProblem(404, "not_found", ID);
    }

    @Test
    void applicationBelowAPath_isReachedThere_andItsLocationsToo() throws Exception {
        serve(new Components(standard().build().singletons()), "/base");

        Answer answer = as("backup:write", "POST", "/api/v1/backup/create?type=full")
                .send()
                .has(202);

        assertThat(answer.header("Location")).endsWith("/base/api/v1/backup/operations/op-1");
        call("GET", "/health").send().has(200);
        as("backup:read", "GET", "/api/v1/backup/nothing/here").send().isProblem(404, "not_found");
    }

    @SuppressWarnings("unchecked")
    private static List<Object> ids(Answer answer) {
        return ((List<Map<String, Object>>) answer.json().get("backups"))
                .stream().map(backup -> backup.get("id")).toList();
    }
}
