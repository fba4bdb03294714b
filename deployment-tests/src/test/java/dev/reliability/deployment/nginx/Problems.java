package dev.reliability.deployment.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import java.net.http.HttpResponse;
import org.assertj.core.api.InstanceOfAssertFactories;

/** RFC 9457, as the backend writes it. */
final class Problems {
    private Problems() {}

    static void isProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        isProblem(answer.body(), status, code);
    }

    static void isProblem(String body, int status, String code) {
        assertThat(Project.yaml(body))
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("type", "urn:problem:reliability:" + code)
                .containsEntry("status", status)
                .containsKeys("title", "detail");
    }
}
