package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeleteTest extends DeployScriptFixture {
    @BeforeEach
    void set_up() throws Exception {
        script.kubectl.answer("*get namespace ai-doc*", "namespace/ai-doc\n");
        script.kubectl.answer(
                "*api-resources --namespaced=true --verbs=delete -o name",
                "configmaps\npersistentvolumeclaims\nsecrets\nservices\ndeployments.apps\nstatefulsets.apps\ncronjobs.batch\n");
        script.kubectl.answer(
                "*get *-l app.kubernetes.io/part-of=ai-doc*",
                "deployment.apps/ai-doc-backend\nstatefulset.apps/postgres\nservice/postgres\n");
        script.kubectl.answer("*get persistentvolumeclaims*", "persistentvolumeclaim/data-postgres-0\n");
        script.kubectl.answer(
                "*get secret ai-doc-secrets -n ai-doc --ignore-not-found -o name", "secret/ai-doc-secrets\n");
        script.kubectl.answer("*delete -n *", "deleted\n");
        script.kubectl.answer("*wait --for=delete pod *", "");
    }

    @Test
    void it_asks_and_deletes_what_was_deployed_but_volumes_secret_and_namespace() throws Exception {
        DeployScript.Result result = script.runWithInput("y\n", "--delete");

        assertThat(result.exit()).isZero();
        assertThat(script.changes())
                .containsExactly("delete -n ai-doc --ignore-not-found --timeout=300s"
                        + " deployment.apps/ai-doc-backend statefulset.apps/postgres service/postgres");
        assertThat(result.stderr())
                .contains("To be deleted:\n  deployment.apps/ai-doc-backend\n")
                .contains("Delete these from namespace ai-doc of https://cluster.example:6443? [y/N]")
                .contains(
                        "Kept, for the next deployment:\n  persistentvolumeclaim/data-postgres-0\n  secret/ai-doc-secrets\n")
                .contains("kubectl --context test delete namespace ai-doc");
    }

    @Test
    void only_kinds_that_the_cluster_has_are_asked_for_and_none_that_holds_data() throws Exception {
        script.run("--delete", "--yes");

        List<String> listing = script.kubectl.calls().stream()
                .filter(call -> call.matches("get \\S+ -n ai-doc -l app.kubernetes.io/part-of=ai-doc .*"))
                .toList();
        assertThat(listing).hasSize(1);
        assertThat(listing.get(0).split(" ")[1].split(","))
                .containsExactlyInAnyOrder(
                        "configmaps", "services", "deployments.apps", "statefulsets.apps", "cronjobs.batch");
    }

    @Test
    void every_kind_that_the_manifests_make_is_either_deleted_or_holds_data() throws Exception {
        Matcher list = Pattern.compile("deleted_kinds='([^']*)'").matcher(Project.text("scripts/deploy/delete.sh"));
        assertThat(list.find()).isTrue();
        List<String> deleted = Stream.of(list.group(1).split("\\s+"))
                .map(kind -> kind.replaceFirst("\\..*", ""))
                .toList();

        Set<String> made = new TreeSet<>();
        for (Path file : manifests()) {
            for (Object document : Project.yaml(Files.readString(file))) {
                if (document instanceof Map<?, ?> map && map.get("kind") instanceof String kind) {
                    made.add(kind.toLowerCase(Locale.ROOT));
                }
            }
        }
        made.removeAll(Set.of("kustomization", "component", "namespace", "secret", "persistentvolumeclaim", "cluster"));

        assertThat(made)
                .contains("deployment", "networkpolicy", "gateway", "servicemonitor")
                .allSatisfy(kind ->
                        assertThat(deleted).containsAnyOf(kind + "s", kind + "es", kind.replaceFirst("y$", "ies")));
    }

    private static List<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(Project.path("k8s"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
    }

    @Test
    void a_no_and_nobody_there_to_answer_delete_nothing() throws Exception {
        assertThat(script.runWithInput("n\n", "--delete").exit()).isEqualTo(4);
        assertThat(script.runWithInput("\n", "--delete").exit()).isEqualTo(4);
        DeployScript.Result nobody = script.runWithInput("", "--delete");
        assertThat(nobody.exit()).isEqualTo(4);
        assertThat(nobody.stderr()).contains("nobody is there to answer: --yes does");
        assertThat(script.changes()).isEmpty();
    }

    @Test
    void with_yes_it_does_not_ask() throws Exception {
        DeployScript.Result result = script.run("--delete", "--yes");

        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).doesNotContain("[y/N]");
        assertThat(script.changes()).hasSize(1);
    }

    @Test
    void the_database_of_an_operator_is_kept_as_its_volumes_would_go_with_it() throws Exception {
        script.kubectl.answer(
                "*api-resources --namespaced=true --verbs=delete -o name",
                "deployments.apps\nclusters.postgresql.cnpg.io\npersistentvolumeclaims\n");
        script.kubectl.answer(
                "*get persistentvolumeclaims,clusters.postgresql.cnpg.io *", "cluster.postgresql.cnpg.io/postgres\n");

        assertThat(script.run("--delete", "--yes").stderr())
                .contains("Kept, for the next deployment:\n  cluster.postgresql.cnpg.io/postgres\n");
    }

    @Test
    void a_second_time_there_is_nothing_to_delete() throws Exception {
        script.kubectl.answer("*get *-l app.kubernetes.io/part-of=ai-doc*", "");

        DeployScript.Result result = script.run("--delete");

        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).contains("Nothing of it is left").contains("persistentvolumeclaim/data-postgres-0");
        assertThat(script.changes()).isEmpty();
    }

    @Test
    void without_the_namespace_there_is_nothing_to_delete() throws Exception {
        script.kubectl.answer("*get namespace ai-doc*", "");

        assertThat(script.run("--delete").exit()).isZero();
        assertThat(script.changes()).isEmpty();
    }

    @Test
    void a_failed_deletion_is_told() throws Exception {
        script.kubectl.fail("*delete -n *", "Error from server (Forbidden): services is forbidden");

        DeployScript.Result result = script.run("--delete", "--yes");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("services is forbidden").doesNotContain("to go on");
    }
}
