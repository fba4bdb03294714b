package dev.reliability.hosttests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.storage.NoSpaceException;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request or with the service, each named by a problem, and nothing done. */
public abstract class BadInputContract extends HostContract {
    private static final String ALL = "backup:read backup:write backup:restore backup:delete";
    private static final String RESTORE = "/api/v1/backup/restore/20260103_140000";

    @BeforeEach
    void oneBackup() {
        backups.add(0, BackupType.FULL, BackupStatus.COMPLETED);
    }

    @AfterEach
    void nothingWasDone() {
        assertThat(backups.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "POST   | /create                  | missing_parameter | type is missing; one of: database, storage, full",
                "POST   | /create?type=            | unknown_type      | type is '', must be one of: database",
                "POST   | /create?type=everything  | unknown_type      | type is 'everything', must be one of: database",
                "POST   | /create?type=FULL        | unknown_type      | type is 'FULL'",
                "POST   | /create?type=full&type=full | invalid_parameter | 'type' is given more than once",
                "POST   | /create?type=full&name=x | unknown_parameter | 'name' is not known here, and nothing was done. Known: type.",
                "GET    | /list?type=all           | unknown_type      | type is 'all'",
                "GET    | /list?status=done        | invalid_parameter | status is 'done', must be one of: completed, incomplete, running, failed, cancelled",
                "GET    | /list?limit=0            | invalid_parameter | limit is '0', must be a whole number from 1 to 1000",
                "GET    | /list?limit=1001         | invalid_parameter | limit is '1001'",
                "GET    | /list?limit=-1           | invalid_parameter | limit is '-1'",
                "GET    | /list?limit=99999999999  | invalid_parameter | limit is '99999999999'",
                "GET    | /list?limit=ten          | invalid_parameter | limit is 'ten'",
                "GET    | /list?page=2             | unknown_parameter | 'page'",
                "GET    | /20260103_140000?a=b     | unknown_parameter | This call takes none.",
                "DELETE | /20260103_140000?force=1 | unknown_parameter | 'force'",
                "POST   | /20260103_140000/verify?level=3 | invalid_parameter | level is '3', must be one of: 1, 2.",
                "POST   | /20260103_140000/verify?level=  | invalid_parameter | level is ''",
                "POST   | /20260103_140000/verify?level=1&to=x | unknown_parameter | 'to'",
                "GET    | /operations/op-1?wait=1  | unknown_parameter | 'wait'",
                "POST   | /operations/op-1/undo?dry_run=true | unknown_parameter | 'dry_run'",
            },
            delimiter = '|',
            quoteCharacter = '`')
    void wrongParameter_isNamed(String method, String path, String code, String words) {
        as(ALL, method, "/api/v1/backup" + path).send().isProblem(400, code, words);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "dryrun=true           | unknown_parameter | 'dryrun' is not known here, and nothing was done. Known: accept, dry_run, mirror, mode, read_only.",
                "dry_run=yes           | invalid_parameter | dry_run is 'yes', must be true or false",
                "dry_run=              | invalid_parameter | dry_run is '', must be true or false",
                "dry_run=true&dry_run=true | invalid_parameter | 'dry_run' is given more than once",
                "Mode=switch           | unknown_parameter | 'Mode'",
                "mode=rename           | invalid_parameter | mode is 'rename', must be one of: switch, in_place",
                "mode=                 | invalid_parameter | mode is ''",
                "mirror=yes            | invalid_parameter | mirror is 'yes', must be true or false",
                "mirror=               | invalid_parameter | mirror is '', must be true or false",
                "%6dirror=             | invalid_parameter | mirror is ''",
                "read_only&mirror=     | invalid_parameter | mirror is ''",
                "accept=all            | invalid_parameter | accept is 'all', must be one of: incomplete, settings",
                "accept=incomplete,    | invalid_parameter | accept is ''",
                "accept=untrusted      | invalid_parameter | accept is 'untrusted'",
                "accept=settings&accept=incomplete | invalid_parameter | 'accept' is given more than once",
            },
            delimiter = '|',
            quoteCharacter = '`')
    void restore_isNeverDoneWithAnOptionThatIsNotUnderstood(String query, String code, String words) {
        as(ALL, "POST", RESTORE + "?" + query).send().isProblem(400, code, words);
    }

    @Test
    void restore_withOptionsWhereTheyWouldBeIgnored_isRefused() {
        as(ALL, "POST", RESTORE)
                .body("POST", "application/x-www-form-urlencoded", "dry_run=true")
                .send()
                .isProblem(400, "unexpected_body", "Parameters go into the query");
        as(ALL, "POST", RESTORE)
                .body("POST", "application/json", "{\"dry_run\":true}")
                .send()
                .isProblem(400, "unexpected_body");
        as(ALL, "POST", RESTORE + ";dry_run=true").send().isProblem(400, "unknown_parameter", "'dry_run'");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /20260103",
        "GET,    /20260230_140000",
        "DELETE, /20260103_140000_1",
        "DELETE, /..%2f..%2fetc",
        "POST,   /restore/x",
        "POST,   /x/verify?level=1",
        "POST,   /restore/20260103_140000%2F..",
        "POST,   /restore/%0A20260103_140000",
        "POST,   /restore/",
        "POST,   /restore",
        "GET,    /operations/..%2fx",
        "GET,    /operations/%00",
    })
    void malformedId_is400(String method, String path) {
        Answer answer = as(ALL, method, "/api/v1/backup" + path).send();

        // A server may refuse some of these before us: then it is not our body, but neither is it a success.
        if (path.contains("%2") || path.contains("%0")) {
            assertThat(answer.status()).isIn(400, 404);
        } else {
            answer.isProblem(400, "malformed_id");
        }
    }

    @Test
    void longId_is400AndNotRepeatedWhole() {
        Answer answer = as(ALL, "GET", "/api/v1/backup/" + "a".repeat(4000)).send();

        answer.isProblem(400, "malformed_id");
        assertThat(answer.body()).hasSizeLessThan(500);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /20260103_140001",
        "DELETE, /20260103_140001",
        "POST, /restore/20260103_140001",
        "GET, /operations/op-9"
    })
    void unknownId_is404AndNamed(String method, String path) {
        as(ALL, method, "/api/v1/backup" + path)
                .send()
                .isProblem(404, "not_found", path.substring(path.lastIndexOf('/') + 1));
    }

    @Test
    void verify_ofAnUnknownBackup_is404AndNamed() {
        as(ALL, "POST", "/api/v1/backup/20260103_140001/verify?level=1")
                .send()
                .isProblem(404, "not_found", "20260103_140001");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a/b/c",
                "GET ",
            })
    void whatThisVersionDoesNotHave_is404(String call) {
        String[] methodAndPath = call.split(" ", -1);
        as(ALL, methodAndPath[0], "/api/v1/backup" + methodAndPath[1]).send().isProblem(404, "not_found");
    }

    @Test
    void unknownHealthPath_is404() {
        call("GET", "/health/nonsense").send().isProblem(404, "not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/v1/backup/create,          POST",
        "DELETE, /api/v1/backup/list,            GET",
        "GET,    /api/v1/backup/restore/x,       POST",
        "PUT,    /api/v1/backup/20260103_140000, DELETE",
        "POST,   /health,                        GET",
    })
    void wrongMethod_is405WithAllow(String method, String path, String allowed) {
        Answer answer = as(ALL, method, path).send();

        answer.isProblem(405, "method_not_allowed");
        assertThat(answer.header("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/api/v1/backup/list"})
    void wrongAccept_is406(String path) {
        as(ALL, "GET", path).with("Accept", "text/html").send().isProblem(406, "not_acceptable");
    }

    @Test
    void busy_is409WithTheOperationThatRuns() {
        backups.failWith(new BackupException.Busy("A backup is running.", "op-7"));

        Map<String, Object> problem =
                as(ALL, "POST", "/api/v1/backup/create?type=full").send().isProblem(409, "busy");

        assertThat(problem).containsEntry("operation", "op-7").containsEntry("detail", "A backup is running.");
    }

    @Test
    void refused_is409WithEachReason() {
        backups.failWith(
                new BackupException.Refused("Not restored.", List.of("It is incomplete.", "It is not signed.")));

        Map<String, Object> problem = as(ALL, "POST", RESTORE).send().isProblem(409, "refused");

        assertThat(problem).containsEntry("reasons", List.of("It is incomplete.", "It is not signed."));
    }

    @Test
    void unavailable_is503AndSaysWhenToTryAgain() {
        backups.failWith(
                new BackupException.Unavailable("PostgreSQL refused the password.", Duration.ofMillis(29_001), null));

        Answer answer = as(ALL, "POST", RESTORE).send();

        answer.isProblem(503, "unavailable", "PostgreSQL refused the password.");
        assertThat(answer.header("Retry-After")).isEqualTo("30");
    }

    @Test
    void otherErrorsOfTheService_haveTheirStatus() {
        backups.failWith(new BackupException.Damaged("The dump is 7 bytes short.", null));
        as(ALL, "POST", RESTORE).send().isProblem(409, "damaged", "The dump is 7 bytes short.");

        backups.failWith(new BackupException.NoSpace("1 GB needed, 2 MB free.", null));
        as(ALL, "POST", "/api/v1/backup/create?type=full").send().isProblem(507, "no_space", "1 GB needed");

        backups.failWith(new ObjectStoreException("s3://bucket at 10.0.0.7: connection refused", true, null));
        assertThat(as(ALL, "GET", "/api/v1/backup/list").send().isProblem(503, "unavailable"))
                .hasEntrySatisfying(
                        "detail", detail -> assertThat((String) detail).doesNotContain("10.0.0.7"));

        backups.failWith(new UncheckedIOException(new NoSpaceException("/mnt/a is full", null)));
        as(ALL, "POST", "/api/v1/backup/create?type=full").send().isProblem(507, "no_space");
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalArgumentException.class, java.io.IOException.class, StackOverflowError.class})
    void anythingElse_is500WithoutDetailsButWithAnId(Class<? extends Throwable> kind) throws Exception {
        backups.failWith(kind.getConstructor(String.class).newInstance("password=hunter2"));

        Answer answer = as(ALL, "GET", "/api/v1/backup/list").send();

        assertThat(answer.isProblem(500, "internal").get("instance")).asString().startsWith("urn:uuid:");
        assertThat(answer.body()).doesNotContain("hunter2", kind.getSimpleName());
    }
}
