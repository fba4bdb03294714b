package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The project's own manifests and YAML of all kinds through the real {@code kubectl}, where there is one: it needs no cluster. */
@EnabledIf("kubectlIsThere")
class RenderingTest extends DeployScriptFixture {
    private static final String STAGE = "app.kubernetes.io/component";

    Path rendered;

    @BeforeEach
    void set_up() throws Exception {
        script.useManifestsOfProject();
        for (String key : List.of(
                "documents-s3-access-key",
                "documents-s3-secret-key",
                "backups-s3-access-key",
                "backups-s3-secret-key")) {
            script.secrets.put(key, "\"" + DeployScript.SECRET_VALUE + "\"");
        }
        rendered = folder.resolve("rendered.yaml");
        String real = realKubectl().orElseThrow();
        script.kubectl.run("kustomize *", "exec '" + real + "' \"$@\"");
        script.kubectl.run("annotate --local *", "exec '" + real + "' \"$@\"");
        script.kubectl.run("*apply --dry-run=server *", "for file; do :; done; cp \"$file\" '" + rendered + "'");
        script.namespaceIsThere();
        script.kubectl.answer("*get secret/ai-doc-secrets *", "41");
    }

    @Test
    void every_container_of_the_backend_gets_the_image_that_was_named() throws Exception {
        run("--registry", "r.example:5000", "--image", "ai-doc-backend:7");

        assertThat(Files.readString(rendered)).doesNotContain("image: ai-doc-backend");
        assertThat(Files.readAllLines(rendered).stream()
                        .filter(line -> line.endsWith("image: r.example:5000/ai-doc-backend:7")))
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void no_secret_is_among_what_is_applied_with_an_annotation_of_it() throws Exception {
        run();

        assertThat(objects()).noneMatch(object -> "Secret".equals(object.get("kind")));
        assertThat(Files.readString(rendered))
                .doesNotContain(DeployScript.SECRET_VALUE)
                .doesNotContain("<强");
    }

    @Test
    void pods_are_marked_with_the_versions_of_what_they_read_when_they_start() throws Exception {
        run();

        assertThat(marks())
                .containsOnly(
                        Map.entry("ai-doc-backend", "41.42"),
                        Map.entry("s3-documents", "41"),
                        Map.entry("s3-backups", "41"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shared-folders", "nginx-lb", "gateway-api", "monitoring", "cloudnative-pg"})
    void what_runs_is_in_a_stage_and_what_that_needs_is_in_the_first_one(String component) throws Exception {
        script.kubectl.run(
                "*api-resources --no-headers",
                "awk '/^apiVersion:/ { v = $2 } /^kind:/ { print tolower($2) \"s\", v, \"true\", $2 }' \"$folder/last\"");
        String real = realKubectl().orElseThrow();
        script.kubectl.run("kustomize *", "'" + real + "' \"$@\" >\"$folder/last\" || exit; cat \"$folder/last\"");
        if (component.isEmpty()) {
            run();
        } else {
            run("--component", component);
        }

        assertThat(objects()).hasSizeGreaterThan(15).allSatisfy(object -> {
            String stage = stageOf(object);
            switch ((String) object.get("kind")) {
                case "Deployment", "StatefulSet", "Cluster" ->
                    assertThat(stage).as("%s", object).isIn("database", "object-store", "backend", "load-balancer");
                case "Namespace", "NetworkPolicy", "ServiceAccount", "ConfigMap" ->
                    assertThat(stage)
                            .as("%s", object)
                            .isNotIn("database", "object-store", "backend", "backup", "load-balancer");
                default -> assertThat(stage).as("%s", object).isNotNull();
            }
        });
    }

    @Test
    void shared_folders_need_no_keys_of_object_stores() throws Exception {
        script.secrets.keySet().removeIf(key -> key.contains("-s3-"));

        run("--component", "shared-folders");
        assertThat(script.run("--dry-run").stderr()).contains("k8s/secrets.yaml: backups-s3-access-key is missing");
    }

    @Test
    void the_secrets_of_the_repository_are_refused_key_by_key() throws Exception {
        script.secrets.clear();
        Project.text("k8s/secrets.yaml")
                .lines()
                .filter(line -> line.matches("  [a-z].*: \".*\""))
                .forEach(line -> {
                    String[] pair = line.strip().split(": ", 2);
                    script.secrets.put(pair[0], pair[1]);
                });

        assertThat(script.run().stderr().lines().filter(line -> line.endsWith(" is still the placeholder")))
                .hasSize(8)
                .contains("  refused: k8s/secrets.yaml: jwt-secret is still the placeholder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'%s'", "%s", "\"%s\"", "|-\n    %s", ">-\n    %s", "\"<not\\\" a placeholder> \\\\ %s\""})
    void values_are_read_in_any_style_of_yaml(String style) throws Exception {
        script.secrets.put("jwt-secret", style.formatted("0123456789abcdef0123456789abcdef"));

        run();
    }

    @Test
    void a_value_that_is_a_number() throws Exception {
        script.secrets.put("db-password", "12345678");

        assertThat(script.run().stderr()).contains("k8s/secrets.yaml: db-password is not a text: put it in quotes");
    }

    @Test
    void a_value_that_is_not_there() throws Exception {
        script.secrets.put("db-password", "");

        assertThat(script.run().stderr()).contains("k8s/secrets.yaml: db-password is empty");
    }

    @Test
    void a_value_with_a_line_break_behind_it() throws Exception {
        script.secrets.put("db-password", "|\n    a password");

        assertThat(script.run().stderr()).contains("k8s/secrets.yaml: db-password ends with a line break");
    }

    @Test
    void a_file_with_a_second_object() throws Exception {
        script.secrets.put("z", "z\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more");

        assertThat(script.run().stderr()).contains("must hold Secret ai-doc-secrets of namespace ai-doc alone");
    }

    private void run(String... options) throws Exception {
        DeployScript.Result result = script.run(
                Stream.concat(Stream.of("--dry-run"), Stream.of(options)).toArray(String[]::new));
        assertThat(result.exit()).as(result.stderr()).isZero();
    }

    private List<Map<?, ?>> objects() throws IOException {
        return Project.yaml(Files.readString(rendered)).stream()
                .<Map<?, ?>>map(object -> (Map<?, ?>) object)
                .toList();
    }

    private static String stageOf(Map<?, ?> object) {
        Object labels = at(object, "metadata", "labels");
        return String.valueOf(labels instanceof Map<?, ?> map ? map.get(STAGE) : null);
    }

    private Map<String, String> marks() throws IOException {
        Map<String, String> marks = new TreeMap<>();
        for (Map<?, ?> object : objects()) {
            if (at(object, "spec", "template", "metadata", "annotations") instanceof Map<?, ?> annotations
                    && annotations.get("ai-doc/settings") instanceof String mark) {
                marks.put(String.valueOf(at(object, "metadata", "name")), mark);
            }
        }
        return marks;
    }

    private static Object at(Object tree, String... path) {
        Object node = tree;
        for (String step : path) {
            node = node instanceof Map<?, ?> map && map.containsKey(step) ? map.get(step) : "";
        }
        return node;
    }

    static boolean kubectlIsThere() {
        return realKubectl().isPresent();
    }

    private static Optional<String> realKubectl() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> new File(folder, "kubectl"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }
}
