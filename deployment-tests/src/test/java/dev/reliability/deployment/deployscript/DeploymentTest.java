package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentTest extends DeployScriptFixture {
    @Test
    void it_can_be_run_as_the_guide_runs_it() {
        assertThat(Files.isExecutable(Project.path("scripts/deploy-k8s.sh"))).isTrue();
    }

    @Test
    void stores_come_before_their_check_and_both_before_the_backend() throws Exception {
        assertThat(script.run().exit()).isZero();

        assertThat(steps("apply -f", "apply --server-side", "rollout status", "create job", "delete job"))
                .containsExactly(
                        "apply -f F -l app.kubernetes.io/component notin (database, object-store, backend, backup, load-balancer)",
                        "apply --server-side --force-conflicts --field-manager=deploy-k8s -f S",
                        "apply -f F -l app.kubernetes.io/component in (database, object-store)",
                        "rollout status statefulset.apps/postgres -n ai-doc --timeout=300s",
                        "create job J --from=cronjob/storage-check -n ai-doc",
                        "apply -f F -l app.kubernetes.io/component in (backend, backup, load-balancer)",
                        "rollout status deployment.apps/ai-doc-backend -n ai-doc --timeout=300s",
                        "rollout status deployment.apps/ai-doc-backend -n ai-doc --timeout=300s",
                        "delete job J -n ai-doc --ignore-not-found --wait=false");
    }

    @Test
    void all_checks_are_made_before_the_first_change() throws Exception {
        script.run();

        List<String> calls = script.kubectl.calls();
        int firstChange = calls.indexOf(script.changes().get(0));
        assertThat(calls.subList(firstChange, calls.size()))
                .noneMatch(call -> call.matches(
                        "auth can-i.*|api-resources.*|get storageclasses.*|get --raw.*|apply --dry-run.*"));
        assertThat(calls.subList(0, firstChange))
                .anyMatch(call -> call.startsWith("auth can-i create namespaces"))
                .anyMatch(call -> call.startsWith("auth can-i create deployments.apps -n ai-doc"))
                .anyMatch(call -> call.startsWith("get storageclasses"))
                .anyMatch(call -> call.startsWith("apply --dry-run=server"));
    }

    @Test
    void it_says_where_it_serves_and_what_scaling_does_under_an_hpa() throws Exception {
        DeployScript.Result result = script.run();

        assertThat(result.stdout())
                .contains("ingress/ai-doc-backend: http://docs.example.com/ at address 192.0.2.7")
                .contains("kubectl --context test port-forward -n ai-doc service/ai-doc-backend 8080:8080");
        assertThat(result.stderr())
                .contains("context test, server https://cluster.example:6443")
                .contains("The HPA keeps 2 to 10 Pods")
                .contains("kubectl --context test scale deployment ai-doc-backend --replicas=5 -n ai-doc")
                .contains("minReplicas");
    }

    @Test
    void an_ingress_without_host_is_reached_by_its_address_and_with_tls_by_https() throws Exception {
        script.kubectl.answer("*get ingress *", "ai-doc-backend|certificate||192.0.2.7\n");

        assertThat(script.run().stdout()).contains("ingress/ai-doc-backend: https://192.0.2.7/\n");
    }

    @Test
    void an_ingress_without_address_is_not_said_to_serve() throws Exception {
        script.kubectl.answer("*get ingress *", "ai-doc-backend|||\n");

        assertThat(script.run().stdout())
                .contains(
                        "ingress/ai-doc-backend: no address yet: kubectl --context test get ingress ai-doc-backend -n ai-doc")
                .doesNotContain("http://");
    }

    @Test
    void a_load_balancer_is_said_with_its_port() throws Exception {
        script.kubectl.answer("*get service *", "nginx-lb|8080|lb.example.com|30144\n");

        assertThat(script.run().stdout())
                .contains("service/nginx-lb: http://lb.example.com:8080/\n")
                .doesNotContain("30144");
    }

    @Test
    void a_load_balancer_without_address_is_reached_by_the_nodes() throws Exception {
        script.kubectl.answer("*get service *", "nginx-lb|8080||30144\n");

        assertThat(script.run().stdout())
                .contains(
                        "service/nginx-lb: no address yet: kubectl --context test get service nginx-lb -n ai-doc",
                        "service/nginx-lb: http://NODE:30144/, where NODE runs one of its Pods\n");
    }

    @Test
    void a_second_run_says_unchanged_of_everything() throws Exception {
        script.namespaceIsThere();
        String unchanged = "namespace/ai-doc unchanged\nconfigmap/ai-doc-config unchanged\n";
        script.kubectl.answer("*apply -f *notin*", unchanged);
        script.kubectl.answer("*apply -f *(database, object-store)*", "statefulset.apps/postgres unchanged\n");
        script.kubectl.answer("*apply -f *in (backend,*", "deployment.apps/ai-doc-backend unchanged\n");
        script.kubectl.answer("*get secret/ai-doc-secrets *", "41");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isZero();
        assertThat(result.stdout().lines().takeWhile(line -> !line.isEmpty()))
                .containsExactly(
                        "namespace/ai-doc unchanged",
                        "configmap/ai-doc-config unchanged",
                        "secret/ai-doc-secrets unchanged",
                        "statefulset.apps/postgres unchanged",
                        "deployment.apps/ai-doc-backend unchanged");
        assertThat(result.stderr()).contains("The Pods keep the image that they have");
    }

    @Test
    void a_statefulset_is_unchanged_if_its_generation_is_whatever_kubectl_says_of_its_claims() throws Exception {
        script.kubectl.answer(
                "*apply -f *(database, object-store)*",
                "statefulset.apps/postgres configured\nservice/postgres unchanged\n");
        script.kubectl.answer("*get statefulsets *", "statefulset.apps/postgres 3\nstatefulset.apps/s3-backups 1\n");

        assertThat(script.run().stdout()).contains("statefulset.apps/postgres unchanged\nservice/postgres unchanged\n");
    }

    @Test
    void a_statefulset_of_another_generation_was_changed() throws Exception {
        script.kubectl.answer("*apply -f *(database, object-store)*", "statefulset.apps/postgres configured\n");
        script.kubectl.answerInTurn(
                "*get statefulsets *", "", "", "statefulset.apps/postgres 3\n", "statefulset.apps/postgres 4\n");

        assertThat(script.run().stdout()).contains("statefulset.apps/postgres configured\n");
    }

    @Test
    void a_changed_secret_is_said_to_be_and_starts_the_pods_anew() throws Exception {
        script.namespaceIsThere();
        // Before everything for the trial, before it is applied, and after.
        script.kubectl.answerInTurn("*get secret/ai-doc-secrets *", "40", "40", "43");

        assertThat(script.run().stdout()).contains("secret/ai-doc-secrets configured\n");
        String overlays = script.kubectl.overlays();
        assertThat(overlays.substring(overlays.lastIndexOf("kind: Kustomization")))
                .contains("target: {kind: Deployment, labelSelector: app.kubernetes.io/component=backend}")
                .contains("ai-doc/settings: '43.42'")
                .contains("target: {kind: StatefulSet, labelSelector: app.kubernetes.io/component=object-store}")
                .contains("ai-doc/settings: '43'");
    }

    @Test
    void a_new_deployment_is_waited_for_until_the_hpa_has_made_its_minimum() throws Exception {
        script.kubectl.answerInTurn("*get deployment ai-doc-backend *", "1", "2");

        assertThat(script.run().stderr()).contains("Waiting for the HPA to make 2 Pods");
        assertThat(script.kubectl.calls().stream().filter(call -> call.startsWith("get deployment ai-doc-backend")))
                .hasSize(2);
    }

    @Test
    void replicas_are_left_to_the_hpa() throws Exception {
        script.run();

        assertThat(script.kubectl.overlays()).doesNotContain("replicas");
        assertThat(script.kubectl.calls()).noneMatch(call -> call.startsWith("scale"));
    }

    @Test
    void every_call_to_the_cluster_names_the_context_that_was_current_at_the_start() throws Exception {
        script.run();

        assertThat(script.kubectl.callsWithContext())
                .filteredOn(call -> !call.matches("(version --client|config|kustomize|annotate --local) ?.*"))
                .hasSizeGreaterThan(20)
                .allMatch(call -> call.startsWith("--context=test "));
    }

    @Test
    void nothing_is_edited_in_the_project_and_nothing_left_in_tmpdir() throws Exception {
        script.run();

        assertThat(script.leftovers()).isEmpty();
        assertThat(Files.readString(script.project().resolve("k8s/kustomization.yaml")))
                .isEqualTo("kind: Kustomization\n");
        assertThat(script.kubectl.overlays()).contains("- '../../").contains("/a clone/k8s'");
    }

    /** The calls that begin so, with what differs from run to run replaced by a letter. */
    private List<String> steps(String... beginnings) throws Exception {
        return script.kubectl.calls().stream()
                .filter(call -> List.of(beginnings).stream().anyMatch(call::startsWith))
                .map(call -> call.replaceAll("-f \\S*/all.yaml", "-f F")
                        .replaceAll("-f .*/k8s/secrets.yaml", "-f S")
                        .replaceAll("storage-check-\\d+", "J"))
                .toList();
    }
}
