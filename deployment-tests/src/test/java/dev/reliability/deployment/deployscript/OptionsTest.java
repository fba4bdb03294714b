package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest extends DeployScriptFixture {
    @Test
    void help_names_every_option_and_exit_code() throws Exception {
        DeployScript.Result result = script.run("--help");

        assertThat(result.exit()).isZero();
        assertThat(result.stdout())
                .contains(
                        "--context NAME",
                        "--registry REGISTRY",
                        "--image NAME",
                        "--component NAME",
                        "--keep-secrets",
                        "--timeout",
                        "--dry-run",
                        "--delete",
                        "--yes")
                .contains("0 done, 1 failed, 2 usage, 4 refused");
        assertThat(script.kubectl.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--replicas=3                                      | unknown option: --replicas=3",
                "now                                               | unknown option: now",
                "--context                                         | --context needs a value",
                "--image=                                          | --image needs a value",
                "--timeout soon                                    | --timeout soon: write it like 90s, 10m or 1h",
                "--timeout 0                                       | --timeout 0: write it like",
                "--component backups                               | there is no k8s/components/backups; there are: monitoring nginx-lb",
                "--component ../components/nginx-lb                | no such component",
                "--dry-run --delete                                | exclude each other",
                "--registry https://registry.example.com           | without https://",
                "--registry r.example --image q.example/ai-doc:1   | names a registry already",
                "--image ai-doc-backend@1.4                        | after @ comes sha256:",
                "--image ai-doc;backend                            | not the name of an image",
            })
    void bad_usage_is_told_and_nothing_is_asked(String options, String message) throws Exception {
        DeployScript.Result result = script.run(options.split(" "));

        assertThat(result.stderr()).contains(message).contains("Usage:");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(script.kubectl.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--registry registry.example.com              | newName: 'registry.example.com/ai-doc-backend'      |",
                "--registry registry.example.com:5000/team/   | newName: 'registry.example.com:5000/team/ai-doc-backend' |",
                "--image ai-doc-backend:1.4                   | newName: 'ai-doc-backend'                           | newTag: '1.4'",
                "--registry r.example --image backend:1.4     | newName: 'r.example/backend'                        | newTag: '1.4'",
                "--image r.example:5000/backend               | newName: 'r.example:5000/backend'                   |",
                "--image r.example/backend@sha256:abc         | newName: 'r.example/backend'                        | digest: 'sha256:abc'",
                "--image=r.example/backend:1.4                | newName: 'r.example/backend'                        | newTag: '1.4'",
            })
    void the_image_is_set_by_the_overlay(String options, String name, String version) throws Exception {
        assertThat(script.run(options.split(" ")).exit()).isZero();

        String overlays = script.kubectl.overlays();
        assertThat(overlays)
                .contains("- name: ai-doc-backend\n  " + name + "\n" + (version == null ? "patches:" : "  " + version));
    }

    @Test
    void an_image_that_names_no_registry_is_warned_of() throws Exception {
        assertThat(script.run().stderr()).contains("warning: image ai-doc-backend:latest names no registry");
        assertThat(new DeployScript(folder.resolve("2"))
                        .run("--image", "ai-doc-backend:latest")
                        .stderr())
                .contains("warning: image ai-doc-backend:latest names no registry");
        assertThat(new DeployScript(folder.resolve("3"))
                        .run("--registry", "r.example")
                        .stderr())
                .doesNotContain("names no registry");
    }

    @Test
    void components_are_added_once_each_in_their_order() throws Exception {
        script.run("--component", "nginx-lb", "--component=shared-folders", "--component", "nginx-lb");

        assertThat(script.kubectl
                        .overlays()
                        .lines()
                        .filter(line -> line.contains("/k8s/components/"))
                        .limit(2))
                .allMatch(line -> line.startsWith("- '../"))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("/a clone/k8s/components/nginx-lb'"),
                        line -> assertThat(line).endsWith("/a clone/k8s/components/shared-folders'"));
        assertThat(script.kubectl.overlays().split("kind: Kustomization")[1].split("nginx-lb"))
                .hasSize(2);
    }

    @Test
    void the_context_is_used_for_every_call() throws Exception {
        script.run("--context", "staging");

        assertThat(script.kubectl.callsWithContext())
                .filteredOn(
                        call -> !call.matches("(version --client|config get-contexts|kustomize|annotate --local) ?.*"))
                .hasSizeGreaterThan(20)
                .allMatch(call -> call.startsWith("--context=staging "));
    }

    @Test
    void the_timeout_is_that_of_each_wait() throws Exception {
        script.run("--timeout", "10m");

        assertThat(script.kubectl.calls().stream().filter(call -> call.startsWith("rollout status")))
                .hasSize(3)
                .allMatch(call -> call.endsWith("--timeout=600s"));
    }

    @Test
    void a_dry_run_has_each_object_tried_and_changes_nothing() throws Exception {
        DeployScript.Result result = script.run("--dry-run");

        assertThat(result.exit()).isZero();
        assertThat(result.stdout()).isEqualTo("deployment.apps/ai-doc-backend created (server dry run)\n");
        assertThat(result.stderr()).contains("Dry run: nothing was changed.");
        assertThat(script.changes()).isEmpty();
        assertThat(script.kubectl.calls().stream().filter(call -> call.startsWith("apply --dry-run=server")))
                .hasSize(1);
    }

    @Test
    void a_dry_run_refuses_what_a_deployment_refuses() throws Exception {
        script.kubectl.fail("*apply --dry-run=server *", "unknown field");

        assertThat(script.run("--dry-run").exit()).isEqualTo(4);
    }

    @Test
    void objects_are_tried_in_another_namespace_while_theirs_is_not_there() throws Exception {
        script.kubectl.run(
                "*apply --dry-run=server *", "for file; do :; done; sed 's/^/tried: /' \"$file\" >&2; exit 1");

        DeployScript.Result result = script.run("--dry-run");

        assertThat(script.kubectl.overlays()).contains("nameSuffix: -dry-run");
        assertThat(result.stderr())
                .contains("tried:   namespace: default")
                .doesNotContain("tried:   namespace: ai-doc");
    }

    @Test
    void objects_are_tried_where_they_are() throws Exception {
        script.namespaceIsThere();
        script.kubectl.run(
                "*apply --dry-run=server *", "for file; do :; done; sed 's/^/tried: /' \"$file\" >&2; exit 1");

        DeployScript.Result result = script.run("--dry-run");

        assertThat(script.kubectl.overlays()).doesNotContain("nameSuffix");
        assertThat(result.stderr())
                .contains("tried:   namespace: ai-doc")
                .doesNotContain("tried:   namespace: default");
    }
}
