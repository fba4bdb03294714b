package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalTest extends DeployScriptFixture {
    @Test
    void a_kubectl_that_knows_no_components() throws Exception {
        script.kubectl.answer("version --client*", "clientVersion:\n  gitVersion: v1.26.9\n");

        refused("kubectl is v1.26.9: 1.27 or newer is needed");
    }

    @Test
    void a_context_that_is_not_there() throws Exception {
        refused("there is no context nowhere; there are: test staging", "--context", "nowhere");
    }

    @Test
    void a_cluster_that_does_not_answer() throws Exception {
        script.kubectl.fail("*version --request-timeout*", "dial tcp 192.0.2.1:6443: i/o timeout");

        refused("dial tcp 192.0.2.1:6443: i/o timeout");
    }

    @Test
    void a_cluster_that_is_too_old() throws Exception {
        script.kubectl.answer("*version --request-timeout*", "serverVersion:\n  gitVersion: v1.29.14-eks-1\n");

        refused("the cluster is Kubernetes v1.29.14-eks-1: 1.30 or newer is needed");
    }

    @Test
    void rights_that_are_missing_all_at_once() throws Exception {
        script.kubectl.answer("*auth can-i create namespaces*", "no\n");
        script.kubectl.answer("*auth can-i create statefulsets.apps*", "no\n");
        script.kubectl.answer("*auth can-i create secrets*", "no\n");
        script.kubectl.answer("*auth can-i create jobs.batch*", "no\n");

        assertThat(refused("namespace ai-doc is not there and you may not create it"))
                .contains("you may not create statefulsets.apps in namespace ai-doc")
                .contains("you may not create secrets in namespace ai-doc")
                .contains("you may not create jobs.batch in namespace ai-doc");
    }

    @Test
    void a_namespace_that_others_manage_is_only_warned_of_and_left_out() throws Exception {
        script.namespaceIsThere();
        script.kubectl.answer("*auth can-i patch namespaces*", "no\n");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).contains("you may not change namespace ai-doc");
        assertThat(script.kubectl.overlays()).contains("target: {kind: Namespace, name: ai-doc}");
    }

    @Test
    void kinds_that_the_cluster_does_not_know_with_the_component_that_wants_them() throws Exception {
        script.kubectl.answer(
                "kustomize *",
                DeployScript.rendered()
                        + "---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: m\n");

        refused("this cluster knows no ServiceMonitor of monitoring.coreos.com/v1: install the Prometheus operator,"
                + " or leave out --component monitoring");
    }

    @Test
    void claims_without_a_default_storage_class() throws Exception {
        script.kubectl.answer("*get storageclasses *", "slow \nfast \n");

        refused("no StorageClass is the default one: name one as storageClassName in k8s/, or mark one of: slow fast");
    }

    @Test
    void no_default_storage_class_is_needed_where_the_volumes_are_there() throws Exception {
        script.namespaceIsThere();
        script.kubectl.answer("*get storageclasses *", "slow \n");

        assertThat(script.run().exit()).isZero();
    }

    @Test
    void a_storage_class_that_is_named_but_not_there() throws Exception {
        script.rendering("      - ReadWriteOnce\n", "      - ReadWriteOnce\n      storageClassName: fast\n");

        refused("there is no StorageClass fast, which k8s/ names");
    }

    @Test
    void no_default_storage_class_is_needed_where_each_claim_names_one() throws Exception {
        script.kubectl.answer("*get storageclasses *", "fast \n");
        script.rendering("      - ReadWriteOnce\n", "      - ReadWriteOnce\n      storageClassName: fast\n");

        assertThat(script.run().exit()).isZero();
    }

    @Test
    void objects_that_the_server_would_not_take() throws Exception {
        script.kubectl.fail("*apply --dry-run=server *", "strict decoding error: unknown field \"spec.replica\"");

        refused("unknown field \"spec.replica\"");
    }

    @Test
    void a_webhook_that_takes_part_in_no_dry_run_is_only_warned_of() throws Exception {
        script.kubectl.fail("*apply --dry-run=server *", "admission webhook \"w.example\" does not support dry run");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).contains("warning: an admission webhook of this cluster takes part in no dry run");
    }

    private String refused(String reason, String... options) throws Exception {
        DeployScript.Result result = script.run(options);

        assertThat(result.stderr()).contains(reason);
        assertThat(result.exit()).isEqualTo(4);
        assertThat(script.changes()).isEmpty();
        assertThat(script.leftovers()).isEmpty();
        return result.stderr();
    }
}
