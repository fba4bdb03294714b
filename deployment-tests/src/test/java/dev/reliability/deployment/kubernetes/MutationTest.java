package dev.reliability.deployment.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows of each rule that it notices what it is there for. */
class MutationTest {
    private static final List<Mutation> MUTATIONS =
            Mutation.in("deployment-tests/src/test/resources/kubernetes/mutations.yaml");

    @ParameterizedTest
    @MethodSource("mutations")
    void a_rule_notices_what_breaks_it(Mutation mutation) {
        Rule rule = Rule.all().stream()
                .filter(each -> each.name().equals(mutation.rule()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no rule '" + mutation.rule() + "'"));
        Manifests manifests = Kustomize.render(mutation.variant());

        assertThat(rule.variants()).contains(mutation.variant());
        assertThat(rule.complaints(manifests)).isEmpty();
        assertThat(rule.complaints(mutation.applied(manifests))).isNotEmpty();
    }

    @Test
    void every_rule_is_broken_by_something() {
        assertThat(MUTATIONS.stream().map(Mutation::rule).collect(Collectors.toSet()))
                .containsAll(Rule.all().stream().map(Rule::name).toList());
    }

    static Stream<Mutation> mutations() {
        return MUTATIONS.stream();
    }
}
