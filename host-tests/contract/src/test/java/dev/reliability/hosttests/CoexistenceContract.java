package dev.reliability.hosttests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.jakarta.rs.json.JacksonJsonProvider;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.BackupType;
import dev.reliability.jaxrs.ReliabilityApi;
import jakarta.ws.rs.core.Application;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ours beside what a host has itself: neither changes the other. */
public abstract class CoexistenceContract extends HostContract {
    private static final List<String> OURS = List.of(
            "/health",
            "/health/groups/none",
            "/health/nonsense",
            "/health/circuit-breakers",
            "/api/v1/backup/list",
            "/api/v1/backup/20260103_140000",
            "/api/v1/backup/nonsense",
            "/api/v1/backup/create",
            "/api/v1/backup/list?x=y");

    @Test
    void hostsJsonSettings_doNotChangeOurAnswers() throws Exception {
        List<String> expected = ourAnswers();
        ObjectMapper mapper = new ObjectMapper()
                .setPropertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
                .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.WRAP_ROOT_VALUE);

        serve(new Components(
                standard().build().singletons(), new HostsOwn.Resource(), new JacksonJsonProvider(mapper)));

        assertThat(ourAnswers()).isEqualTo(expected);
        assertThat(call("GET", "/host/ok").send().body()).contains("\n");
    }

    @Test
    void writerOfTheHostThatTakesEverything_doesNotTakeOurs() throws Exception {
        List<String> expected = ourAnswers();

        serve(new Components(standard().build().singletons(), new HostsOwn.Resource(), new HostsOwn.GreedyWriter()));

        assertThat(ourAnswers()).isEqualTo(expected);
        assertThat(call("GET", "/host/ok").send().body()).isEqualTo("greedy {theName=x}");
    }

    @Test
    void exceptionMapperOfTheHost_doesNotAnswerForUs_norWeForIt() throws Exception {
        List<String> expected = ourAnswers();

        serve(new Components(standard().build().singletons(), new HostsOwn.Resource(), new HostsOwn.CatchAll()));

        assertThat(ourAnswers()).isEqualTo(expected);
        backups.failWith(new IllegalStateException("x"));
        as("backup:read", "GET", "/api/v1/backup/list").send().isProblem(500, "internal");
        assertThat(call("GET", "/host/boom").send().has(418).body()).isEqualTo("the host's words");
        assertThat(call("GET", "/elsewhere").send().has(404).body()).isEqualTo("the host's words");
        assertThat(call("GET", "/healthy").send().has(404).body()).isEqualTo("the host's words");
    }

    @Test
    void errorsOfTheHost_areLeftAlone() throws Exception {
        serve(new Components(standard().build().singletons(), new HostsOwn.Resource()));

        for (String path : List.of("/elsewhere", "/healthy", "/host/empty-404", "/host/boom", "/host/own-409")) {
            Answer answer = call("GET", path).token("nonsense").send();
            assertThat(answer.header("Content-Type")).as(path).doesNotContain("problem");
            assertThat(answer.header("Cache-Control")).as(path).doesNotContain("no-store");
            assertThat(answer.status()).as(path).isGreaterThanOrEqualTo(404);
        }
    }

    @Test
    void problemsForAll_makesProblemsOfTheHostsErrorsToo() throws Exception {
        serve(new Components(standard().problemsForAll().build().singletons(), new HostsOwn.Resource()));

        assertThat(problem("/host/boom", 500).body())
                .contains("urn:problem:reliability:internal")
                .doesNotContain("hunter2");
        assertThat(problem("/elsewhere", 404).body()).contains("urn:problem:reliability:not_found");
        assertThat(problem("/host/empty-404", 404).body()).contains("urn:problem:reliability:not_found");
        Answer notAllowed = call("POST", "/host/ok").send().has(405);
        assertThat(notAllowed.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(notAllowed.header("Allow")).contains("GET");
        assertThat(call("GET", "/host/own-409").send().has(409).body()).isEqualTo("my own words");
    }

    @Test
    void problemsForAll_yieldsToANearerMapperOfTheHost() throws Exception {
        serve(new Components(
                standard().problemsForAll().build().singletons(), new HostsOwn.Resource(), new HostsOwn.OneOfMine()));

        assertThat(call("GET", "/host/boom").send().has(422).body()).isEqualTo("one of mine");
    }

    @Test
    void embeddingTakesTheTenLinesOfTheDocumentation() throws Exception {
        var application = new Application() {
            @Override
            @SuppressWarnings("deprecation")
            public Set<Object> getSingletons() {
                return ReliabilityApi.builder()
                        .health(health)
                        .backups(backups)
                        .jwt(verifier())
                        .build()
                        .singletons();
            }
        };

        try (Running running = start(application, "")) {
            Call.to(running, "GET", "/health").send().has(200);
            Call.to(running, "GET", "/api/v1/backup/list")
                    .token(token("backup:read"))
                    .send()
                    .has(200);
        }
    }

    /** Status, media type and body of each of our paths, but for what changes from call to call. */
    private List<String> ourAnswers() {
        if (backups.find("20260103_140000").isEmpty()) {
            backups.add(0, BackupType.FULL, BackupStatus.COMPLETED);
        }
        Stream<Answer> answers =
                OURS.stream().map(path -> as("backup:read", "GET", path).send());
        return answers.map(answer -> answer.status() + " " + answer.header("Content-Type") + " " + answer.body())
                .toList();
    }

    private Answer problem(String path, int status) {
        Answer answer = call("GET", path).send().has(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        return answer;
    }
}
