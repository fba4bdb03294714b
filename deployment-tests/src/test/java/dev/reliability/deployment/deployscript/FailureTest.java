package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailureTest extends DeployScriptFixture {
    @BeforeEach
    void set_up() throws Exception {
        script.kubectl.answer("*get pods * -o wide", "ai-doc-backend-7d9f-x2x   0/1   CrashLoopBackOff   4\n");
        script.kubectl.answer(
                "*get pods * -o jsonpath=*Ready*", "ai-doc-backend-7d9f-x2x False 4\nai-doc-backend-6c5b-abc True 0\n");
        script.kubectl.answer("*get pods *job-name=*", "");
        script.kubectl.answer("*get pods -n ai-doc -l job-name=* -o wide", "storage-check-1-abc   0/2   Error   0\n");
        script.kubectl.answer("*get pvc *", "data-postgres-0   Pending\ndata-s3-backups-0   Bound\n");
        script.kubectl.answer("*get events *", "2m   Warning   BackOff   Back-off restarting failed container\n");
        script.kubectl.answer("*logs *", "DB_PASSWORD is required\n");
    }

    @Test
    void a_rollout_that_fails_is_explained_by_pods_volumes_events_and_last_logs() throws Exception {
        script.kubectl.fail(
                "*rollout status deployment.apps/ai-doc-backend*", "error: timed out waiting for the condition");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr())
                .contains("CrashLoopBackOff")
                .contains("data-postgres-0   Pending")
                .doesNotContain("data-s3-backups-0")
                .contains("Back-off restarting failed container")
                .contains("Log of ai-doc-backend-7d9f-x2x:")
                .contains("Log of ai-doc-backend-7d9f-x2x before it was started again:")
                .contains("DB_PASSWORD is required")
                .doesNotContain("Log of ai-doc-backend-6c5b-abc")
                .contains("deployment.apps/ai-doc-backend is not ready after 300 s")
                .contains("run deploy-k8s.sh again to go on");
        assertThat(script.leftovers()).isEmpty();
    }

    @Test
    void a_database_that_does_not_start_stops_it_before_the_backend() throws Exception {
        script.kubectl.fail("*rollout status statefulset.apps/postgres*", "error: timed out");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr())
                .contains("statefulset.apps/postgres is not ready")
                .contains("data-postgres-0   Pending");
        assertBackendUnchanged();
    }

    @Test
    void a_database_of_the_operator_is_waited_for() throws Exception {
        script.kubectl.answer("*apply -f *(database, object-store)*", "cluster.postgresql.cnpg.io/postgres created\n");
        script.kubectl.fail("*wait cluster.postgresql.cnpg.io/postgres -n ai-doc --for=condition=Ready*", "timed out");

        assertThat(script.run().stderr()).contains("cluster.postgresql.cnpg.io/postgres is not ready");
        assertBackendUnchanged();
    }

    @Test
    void a_storage_check_that_says_no_stops_it_with_its_log() throws Exception {
        script.kubectl.answerInTurn("*get job storage-check-*", "", "FailureTarget Failed");
        script.kubectl.answer("*logs *-l job-name=storage-check-* --all-containers*", "3 of 41 promises are broken\n");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr())
                .contains("3 of 41 promises are broken")
                .contains("storage check: it says no, see above. The backend was not changed.");
        assertBackendUnchanged();
        assertThat(script.kubectl.calls()).anyMatch(call -> call.startsWith("delete job storage-check-"));
    }

    @Test
    void an_image_that_can_not_be_pulled_is_found_before_the_backend_is_changed() throws Exception {
        script.kubectl.answer("*get job storage-check-*", "");
        script.kubectl.answer("*get pods *job-name=*jsonpath=*", "ImagePullBackOff ImagePullBackOff");

        script.rendering("image: ai-doc-backend:latest", "image: r.example/ai-doc-backend:latest");

        DeployScript.Result result = script.run("--registry", "r.example");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr())
                .contains("the nodes can not get the image r.example/ai-doc-backend:latest: push it")
                .contains("imagePullSecrets");
        assertBackendUnchanged();
    }

    @Test
    void a_storage_check_that_does_not_end_is_given_up() throws Exception {
        script.kubectl.answer("*get job storage-check-*", "");

        DeployScript.Result result = script.run("--timeout", "1s");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("storage check: it has not ended after 3 s");
        assertBackendUnchanged();
    }

    @Test
    void an_apply_that_fails_shows_what_the_server_said_and_what_was_applied() throws Exception {
        script.kubectl.run(
                "*apply -f *(database, object-store)*",
                "echo statefulset.apps/postgres unchanged; echo 'The StatefulSet is invalid: updates are forbidden' >&2; exit 1");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stdout()).contains("statefulset.apps/postgres unchanged");
        assertThat(result.stderr()).contains("updates are forbidden");
        assertBackendUnchanged();
    }

    @Test
    void an_hpa_that_does_nothing_is_warned_of() throws Exception {
        script.kubectl.answer("*get deployment ai-doc-backend *", "1");

        DeployScript.Result result = script.run("--timeout", "1s");

        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).contains("the HPA has not yet made 2 Pods");
    }

    private void assertBackendUnchanged() throws Exception {
        assertThat(script.kubectl.calls()).noneMatch(call -> call.contains("in (backend,"));
    }
}
