package dev.reliability.deployment.deployscript;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SecretsTest extends DeployScriptFixture {
    private static final String LONG = "0123456789abcdef0123456789abcdef";

    @Test
    void placeholders_are_refused_by_key_before_the_cluster_is_asked() throws Exception {
        script.secrets.put("db-password", "\"<强密码>\"");
        script.secrets.put("jwt-secret", "\"<强密钥>\"");

        assertThat(refused("k8s/secrets.yaml: db-password is still the placeholder"))
                .contains("k8s/secrets.yaml: jwt-secret is still the placeholder")
                .doesNotContain("强")
                .contains("--keep-secrets");
        assertThat(script.kubectl.calls()).noneMatch(call -> call.startsWith("version --request-timeout"));
    }

    @Test
    void an_empty_value() throws Exception {
        script.secrets.put("db-password", "\"\"");

        refused("k8s/secrets.yaml: db-password is empty");
    }

    @Test
    void a_value_with_a_line_break_behind_it() throws Exception {
        script.secrets.put("db-password", "\"" + LONG + "\\n\"");

        refused("k8s/secrets.yaml: db-password ends with a line break");
    }

    @Test
    void a_short_secret_of_tokens() throws Exception {
        script.secrets.put("jwt-secret", "\"" + LONG.substring(1) + "\"");

        refused("k8s/secrets.yaml: jwt-secret has 31 bytes: 32 or more are needed");
    }

    @Test
    void a_secret_of_tokens_is_measured_in_bytes() throws Exception {
        script.secrets.put("jwt-secret", "\"" + "密".repeat(11) + "\"");

        assertThat(script.run().exit()).isZero();
    }

    @Test
    void each_of_several_signing_keys_counts() throws Exception {
        script.secrets.put("backup-signing-key", "\"" + LONG + ",short," + LONG + "\"");

        refused("k8s/secrets.yaml: backup-signing-key has a key of 5 bytes: 32 or more are needed");
    }

    @Test
    void a_key_that_a_container_needs() throws Exception {
        script.secrets.remove("app-db-password");

        assertThat(refused("k8s/secrets.yaml: app-db-password is missing"))
                .doesNotContain("notify-webhook")
                .doesNotContain("of-another-secret");
    }

    @Test
    void a_key_that_a_volume_needs() throws Exception {
        script.secrets.remove("backup-signing-key");

        assertThat(refused("k8s/secrets.yaml: backup-signing-key is missing")).doesNotContain("offsite-s3-secret-key");
    }

    @Test
    void a_file_that_holds_something_else() throws Exception {
        script.kubectl.answer("annotate --local *", "ConfigMap/ai-doc-secrets/ai-doc\n");

        refused("k8s/secrets.yaml must hold Secret ai-doc-secrets of namespace ai-doc alone");
    }

    @Test
    void a_file_that_is_no_yaml() throws Exception {
        script.kubectl.fail("annotate --local *", "error converting YAML to JSON: line 3: found character");

        refused("line 3: found character");
    }

    @Test
    void kept_secrets_are_not_applied_and_the_file_may_hold_placeholders() throws Exception {
        script.secrets.put("db-password", "\"<强密码>\"");
        script.namespaceIsThere();
        script.kubectl.answer(
                "*get secret ai-doc-secrets *",
                Stream.of("app-db-password", "jwt-secret", "backup-signing-key")
                        .map(key -> key + " string 32 \"" + LONG + "\"\n")
                        .collect(Collectors.joining()));

        DeployScript.Result result = script.run("--keep-secrets");

        assertThat(result.exit()).isZero();
        assertThat(script.kubectl.calls()).noneMatch(call -> call.contains("secrets.yaml"));
        assertThat(result.stdout()).doesNotContain("secret/");
    }

    @Test
    void kept_secrets_must_be_there() throws Exception {
        refused("Secret ai-doc-secrets is not in namespace ai-doc: --keep-secrets needs it there", "--keep-secrets");
    }

    @Test
    void kept_secrets_are_checked_too() throws Exception {
        script.namespaceIsThere();
        script.kubectl.answer("*get secret ai-doc-secrets *", "jwt-secret string 5 \"short\"\n");

        assertThat(refused("Secret ai-doc-secrets: jwt-secret has 5 bytes", "--keep-secrets"))
                .contains("Secret ai-doc-secrets: app-db-password is missing");
    }

    @Test
    void another_password_than_postgresql_was_made_with_is_warned_of() throws Exception {
        script.namespaceIsThere();
        script.kubectl.answer("*get secret ai-doc-secrets *", "db-password string 32 \"" + LONG + "\"\n");

        DeployScript.Result result = script.run();

        assertThat(result.stderr())
                .contains("warning: db-password is another one than in the cluster. PostgreSQL keeps the one")
                .doesNotContain("db-user is another one");
        assertThat(result.exit()).isZero();
    }

    @Test
    void a_signing_key_that_was_lost_is_warned_of() throws Exception {
        script.namespaceIsThere();
        script.kubectl.answer("*get secret ai-doc-secrets *", "backup-signing-key string 32 \"" + LONG + "\"\n");

        assertThat(script.run().stderr()).contains("backup-signing-key lacks the key that signed the backups so far");
    }

    @Test
    void a_signing_key_that_was_added_in_front_is_not_warned_of() throws Exception {
        script.namespaceIsThere();
        script.secrets.put("backup-signing-key", "\"" + "n".repeat(32) + "," + LONG + "\"");
        script.kubectl.answer("*get secret ai-doc-secrets *", "backup-signing-key string 32 \"" + LONG + "\"\n");

        assertThat(script.run().stderr()).doesNotContain("backup-signing-key");
    }

    @Test
    void no_value_is_ever_an_argument_or_printed() throws Exception {
        script.namespaceIsThere();
        script.kubectl.answer(
                "*get secret ai-doc-secrets *", "db-password string 33 \"0" + DeployScript.SECRET_VALUE + "\"\n");
        script.kubectl.fail("*rollout status deployment*", "timed out");
        script.kubectl.answer("*get pods *", "");
        script.kubectl.answer("*get pvc *", "");
        script.kubectl.answer("*get events *", "");

        DeployScript.Result result = script.run();

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stdout() + result.stderr() + script.kubectl.callsWithContext() + script.kubectl.overlays())
                .contains("ai-doc-secrets")
                .doesNotContain(DeployScript.SECRET_VALUE);
    }

    @Test
    void what_is_in_tmpdir_meanwhile_is_readable_by_its_owner_alone() throws Exception {
        script.kubectl.run(
                "*create job *",
                "find '" + script.temporary() + "' -mindepth 1 -perm /077 >&2; find '" + script.temporary()
                        + "' -type f | sed 's/^/seen: /' >&2");

        DeployScript.Result result = script.run();

        assertThat(result.stderr()).contains("seen: ").doesNotContain("\n" + script.temporary());
    }

    private String refused(String reason, String... options) throws Exception {
        DeployScript.Result result = script.run(options);

        assertThat(result.stderr()).contains(reason);
        assertThat(result.exit()).isEqualTo(4);
        assertThat(script.changes()).isEmpty();
        return result.stdout() + result.stderr();
    }
}
