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
