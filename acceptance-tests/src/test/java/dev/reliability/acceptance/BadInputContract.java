package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.acceptance.Backend.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every mistake gets its exact status and a problem that names it. */
abstract class BadInputContract {
    private static final String UNKNOWN = "20010101_000000";

    abstract Backend backend();

    private record Mistake(String method, String path, int status, String problem) {}

    @TestFactory
    Stream<DynamicTest> aMistakeInTheRequest() {
        return Stream.of(
                        new Mistake("POST", "/api/v1/backup/create?type=tape", 400, "unknown_type"),
                        new Mistake("POST", "/api/v1/backup/create", 400, "missing_parameter"),
                        new Mistake("POST", "/api/v1/backup/restore/" + UNKNOWN, 404, "not_found"),
                        new Mistake("POST", "/api/v1/backup/restore/yesterday", 400, "malformed_id"),
                        new Mistake("DELETE", "/api/v1/backup/yesterday", 400, "malformed_id"),
                        new Mistake("DELETE", "/api/v1/backup/" + UNKNOWN, 404, "not_found"),
                        new Mistake("GET", "/api/v1/backup/" + UNKNOWN, 404, "not_found"),
                        new Mistake("GET", "/api/v1/backup/operations/none", 404, "not_found"),
                        new Mistake("GET", "/api/v1/documents/not-a-uuid", 400, "malformed_id"),
                        new Mistake("GET", "/nothing/here", 404, "not_found"))
                .map(mistake -> DynamicTest.dynamicTest(mistake.method() + " " + mistake.path(), () -> {
                    Answer answer = backend()
                            .send(backend().request(mistake.path()).method(mistake.method(), BodyPublishers.noBody()));
                    assertThat(answer.status()).as(answer.text()).isEqualTo(mistake.status());
                    assertThat(answer.problem()).isEqualTo(mistake.problem());
                }));
    }

    @TestFactory
    Stream<DynamicTest> aPathThatNoServerShouldFollow() {
        return Stream.of("../x", "%2e%2e", "..%2fx", "%00", "x".repeat(10_000), "", "%2e%2e%2f%2e%2e%2fetc%2fpasswd")
                .map(id -> DynamicTest.dynamicTest(id.length() > 60 ? "10 kB" : "'" + id + "'", () -> {
                    Answer answer = backend().delete("/api/v1/backup/" + id);
                    assertThat(answer.status()).as(answer.text()).isIn(400, 404, 405, 414);
                    answer.problem();
                }));
    }

    @Test
    void noToken_isUnauthorized_andSaysHow() {
        Answer answer =
                backend().send(backend().anonymous("/api/v1/backup/list").GET());
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        answer.problem();
    }

    @Test
    void aTokenThatIsNone_isUnauthorized_alsoOnAnOpenEndpoint() {
        for (String path : new String[] {"/api/v1/backup/list", "/health"}) {
            Answer answer = backend()
                    .send(backend()
                            .anonymous(path)
                            .header("Authorization", "Bearer not.a.token")
                            .GET());
            assertThat(answer.status()).as(path).isEqualTo(401);
            answer.problem();
        }
    }

    @Test
    void aTokenWithoutSignature_isUnauthorized() {
        // {"alg":"none"} and {"sub":"mallory","exp":4102444800,"scope":"backup:read backup:delete"}
        String none = "eyJhbGciOiJub25lIn0."
                + "eyJzdWIiOiJtYWxsb3J5IiwiZXhwIjo0MTAyNDQ0ODAwLCJzY29wZSI6ImJhY2t1cDpyZWFkIGJhY2t1cDpkZWxldGUifQ.";
        isUnauthorized(none);
    }

    @Test
    void aTokenWithAChangedSignature_isUnauthorized() {
        String token = backend().token();
        char changed = token.charAt(token.length() - 2) == 'A' ? 'B' : 'A';
        isUnauthorized(token.substring(0, token.length() - 2) + changed + token.charAt(token.length() - 1));
    }

    /** Servers keep the headers of a connection, to read the same ones faster: letters of another case are not the same. */
    @Test
    void aTokenInLettersOfAnotherCase_isUnauthorized_alsoAfterTheRightOneOnTheSameConnection() {
        String token = backend().token();
        assertThat(backend().get("/api/v1/backup/list").status()).isEqualTo(200);
        int signature = token.lastIndexOf('.') + 1;
        isUnauthorized(token.substring(0, signature) + otherCase(token.substring(signature)));
    }

    private static String otherCase(String letters) {
        return letters.chars()
                .map(letter ->
                        Character.isUpperCase(letter) ? Character.toLowerCase(letter) : Character.toUpperCase(letter))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void isUnauthorized(String token) {
        Answer answer = backend()
                .send(backend()
                        .anonymous("/api/v1/backup/list")
                        .header("Authorization", "Bearer " + token)
                        .GET());
        assertThat(answer.status()).isEqualTo(401);
        answer.problem();
    }

    @Test
    void aMethodThatIsNotThere_isNotAllowed() {
        Answer answer = backend().send(backend().request("/health").method("PATCH", BodyPublishers.noBody()));
        assertThat(answer.status()).isEqualTo(405);
        answer.problem();
    }
}
