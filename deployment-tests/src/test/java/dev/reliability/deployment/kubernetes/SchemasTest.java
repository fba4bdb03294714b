package dev.reliability.deployment.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows that the check against the published schemas finds what a server would refuse, or drop without a word. */
class SchemasTest {
    private static final List<Schemas> VERSIONS = List.of(Schemas.ofKubernetes("1.30"), Schemas.ofKubernetes("1.36"));

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_planted_mistake_is_found_where_it_is(Mutation mistake) {
        String resource = mistake.on();
        Manifests broken = mistake.applied(Kustomize.render(mistake.variant()));

        for (Schemas schemas : VERSIONS) {
            assertThat(broken.all().stream()
                            .flatMap(each -> schemas.check(each).stream())
                            .toList())
                    .singleElement()
                    .asString()
                    .startsWith(resource)
                    .contains(mistake.rule());
        }
    }

    @Test
    void what_no_schema_is_known_of_is_a_complaint() {
        Mutation other =
                new Mutation("", Variant.BASE, "Service/postgres", Map.of("set", List.of("apiVersion"), "to", "v2"));

        assertThat(other.applied(Kustomize.render(Variant.BASE)).all().stream()
                        .flatMap(each -> VERSIONS.get(0).check(each).stream()))
                .containsExactly("Service/postgres: no schema of v2 Service");
    }

    static Stream<Mutation> mistakes() {
        return Mutation.in("deployment-tests/src/test/resources/kubernetes/mistakes.yaml").stream();
    }
}
