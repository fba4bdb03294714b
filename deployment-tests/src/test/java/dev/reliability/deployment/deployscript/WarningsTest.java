package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest extends DeployScriptFixture {
    @Test
    void a_cluster_with_all_that_is_needed_warns_of_the_home_of_backups_alone() throws Exception {
        assertThat(warnings("--registry", "r.example"))
                .containsExactly(
                        "  warning: backups are in this cluster alone (s3-backups): set BACKUP_OFFSITE (ai-doc-config) to a place elsewhere");
    }

    @Test
    void backups_in_a_volume_alone() throws Exception {
        script.rendering("  BACKUP_S3_ENDPOINT: http://s3-backups:9000\n", "");

        assertThat(warnings()).anyMatch(line -> line.contains("backups are in a volume of this cluster alone"));
    }

    @Test
    void backups_with_a_second_home_are_not_warned_of() throws Exception {
        script.rendering("BACKUP_OFFSITE: \"\"", "BACKUP_OFFSITE: s3://elsewhere/backups");

        assertThat(warnings()).noneMatch(line -> line.contains("backups are"));
    }

    @Test
    void backups_outside_are_not_warned_of() throws Exception {
        script.rendering("http://s3-backups:9000", "https://s3.example.com");

        assertThat(warnings()).noneMatch(line -> line.contains("backups are"));
    }

    @Test
    void no_metrics_api() throws Exception {
        script.kubectl.fail("*get --raw /apis/metrics.k8s.io/v1beta1", "NotFound");

        assertThat(warnings()).anyMatch(line -> line.contains("no metrics API (metrics-server)"));
    }

    @Test
    void no_ingress_controller() throws Exception {
        script.kubectl.answer("*get ingressclasses *", "");

        assertThat(warnings()).anyMatch(line -> line.contains("no IngressClass: nobody will serve the Ingress"));
    }

    @Test
    void beside_a_load_balancer_the_ingress_may_stay_unserved() throws Exception {
        script.rendering(
                "kind: Ingress\n", "kind: Ingress\n---\napiVersion: v1\nkind: Service\nspec:\n  type: LoadBalancer\n");
        script.kubectl.answer("*get ingressclasses *", "");

        assertThat(warnings()).noneMatch(line -> line.contains("IngressClass"));
    }

    @Test
    void no_default_ingress_class() throws Exception {
        script.kubectl.answer("*get ingressclasses *", "haproxy \ntraefik \n");

        assertThat(warnings())
                .anyMatch(line ->
                        line.contains("no IngressClass is the default one") && line.contains("haproxy traefik"));
    }

    @Test
    void an_ingress_class_that_is_named_but_not_there() throws Exception {
        script.rendering("kind: Ingress\n", "kind: Ingress\nspec:\n  ingressClassName: nginx\n");
        script.kubectl.answer("*get ingressclasses *", "haproxy \n");

        assertThat(warnings()).anyMatch(line -> line.contains("there is no IngressClass nginx"));
    }

    @Test
    void without_an_ingress_no_class_is_asked_for() throws Exception {
        script.rendering("networking.k8s.io/v1\nkind: Ingress\n", "apps/v1\nkind: Deployment\n");

        assertThat(warnings()).noneMatch(line -> line.contains("IngressClass"));
        assertThat(script.kubectl.calls()).noneMatch(call -> call.startsWith("get ingressclasses"));
    }

    @Test
    void storage_classes_that_may_not_be_seen() throws Exception {
        script.kubectl.fail("*get storageclasses *", "Forbidden");

        assertThat(warnings()).anyMatch(line -> line.contains("you may not see the StorageClasses"));
    }

    private List<String> warnings(String... options) throws Exception {
        DeployScript.Result result = script.run(options);
        assertThat(result.exit()).isZero();
        return result.stderr().lines().filter(line -> line.contains("warning:")).toList();
    }
}
