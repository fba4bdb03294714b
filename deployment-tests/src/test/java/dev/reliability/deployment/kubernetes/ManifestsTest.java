package dev.reliability.deployment.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
    private static final Map<String, Schemas> VERSIONS =
            Map.of("1.30", Schemas.ofKubernetes("1.30"), "1.36", Schemas.ofKubernetes("1.36"));

    @ParameterizedTest(name = "{0} on Kubernetes {1}")
    @MethodSource("variantsAndVersions")
    void every_manifest_is_what_the_API_takes_to_the_last_field(Variant variant, String version) {
        Schemas schemas = VERSIONS.get(version);

        assertThat(Kustomize.render(variant).all())
                .isNotEmpty()
                .allSatisfy(resource -> assertThat(schemas.check(resource)).isEmpty());
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("rulesAndVariants")
    void every_rule_holds(Rule rule, Variant variant) {
        assertThat(rule.complaints(Kustomize.render(variant))).isEmpty();
    }

    @Test
    void no_two_rules_have_one_name() {
        assertThat(Rule.all()).extracting(Rule::name).doesNotHaveDuplicates();
    }

    @Test
    void the_picture_of_the_base_shows_what_the_table_says() {
        assertThat(DocumentedArrows.picture())
                .isNotEmpty()
                .containsExactlyElementsOf(DocumentedArrows.table(Variant.BASE));
    }

    static Stream<Arguments> variantsAndVersions() {
        return Stream.of(Variant.values())
                .flatMap(variant -> List.of("1.30", "1.36").stream().map(version -> Arguments.of(variant, version)));
    }

    static Stream<Arguments> rulesAndVariants() {
        return Rule.all().stream()
                .flatMap(rule -> rule.variants().stream().map(variant -> Arguments.of(rule, variant)));
    }
}
