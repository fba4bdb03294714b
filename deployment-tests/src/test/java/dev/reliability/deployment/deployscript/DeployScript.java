package dev.reliability.deployment.deployscript;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reliability.deployment.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A clone of the project with its secrets edited, beside a cluster that has all that is needed and nothing of ours yet. */
final class DeployScript {
    static final String SECRET_VALUE = "s3cr3t-that-nobody-may-see-0123456789";

    /** What may be called while nothing is changed. */
    private static final String READS = "(version|config|kustomize|annotate --local|api-resources|get|auth can-i"
            + "|apply --dry-run=server|logs|rollout status|wait) ?.*";

    final KubectlStub kubectl;
    final Map<String, String> secrets = new LinkedHashMap<>();

    private final Path clone;
    private final Path temporary;
    private boolean ownManifests = true;

    DeployScript(Path folder) throws IOException {
        clone = folder.resolve("a clone");
        temporary = Files.createDirectories(folder.resolve("tmp"));
        for (String scripts : List.of("deploy-k8s.sh", "deploy", "lib")) {
            copy(Project.path("scripts/" + scripts), clone.resolve("scripts/" + scripts));
        }
        for (String component : List.of("nginx-lb", "shared-folders", "monitoring")) {
            write("k8s/components/" + component + "/kustomization.yaml", "kind: Component\n");
        }
        for (String key : List.of("db-user", "db-password", "jwt-secret", "app-db-password", "backup-signing-key")) {
            secrets.put(key, "\"" + SECRET_VALUE + "-" + key + "\"");
        }
        kubectl = new KubectlStub(folder.resolve("kubectl"));
        answerLikeAClusterWithoutOurs();
    }

    private void answerLikeAClusterWithoutOurs() throws IOException {
        kubectl.answer("version --client*", "clientVersion:\n  gitVersion: v1.32.4\nkustomizeVersion: v5.5.0\n");
        kubectl.answer(
                "*version --request-timeout*",
                "clientVersion:\n  gitVersion: v1.32.4\nkustomizeVersion: v5.5.0\nserverVersion:\n  gitVersion: v1.30.0\n");
        kubectl.answer("config current-context", "test\n");
        kubectl.answer("config get-contexts -o name", "test\nstaging\n");
        kubectl.answer("*config view --minify*", "https://cluster.example:6443");
        kubectl.answer("kustomize *", rendered());
        // As the real one prints a Secret by our template; only texts in quotes are needed here.
        kubectl.run(
                "annotate --local -f */secrets.yaml *",
                "case $args in *stringData*) sed -n 's/^  \\([a-z-]*\\): \\(\".*\"\\)$/\\1 \\2/p' \"$4\" |"
                        + " LC_ALL=C awk '{ key = $1; $1 = \"\"; text = substr($0, 2);"
                        + " print key, \"string\", length(text) - 2, text }' ;;"
                        + " *) echo Secret/ai-doc-secrets/ai-doc ;; esac");
        kubectl.answer("*api-resources --no-headers", """
                configmaps                cm      v1                    true   ConfigMap
                namespaces                ns      v1                    false  Namespace
                services                  svc     v1                    true   Service
                serviceaccounts           sa      v1                    true   ServiceAccount
                persistentvolumeclaims    pvc     v1                    true   PersistentVolumeClaim
                deployments               deploy  apps/v1               true   Deployment
                statefulsets              sts     apps/v1               true   StatefulSet
                cronjobs                  cj      batch/v1              true   CronJob
                horizontalpodautoscalers  hpa     autoscaling/v2        true   HorizontalPodAutoscaler
                poddisruptionbudgets      pdb     policy/v1             true   PodDisruptionBudget
                ingresses                 ing     networking.k8s.io/v1  true   Ingress
                networkpolicies           netpol  networking.k8s.io/v1  true   NetworkPolicy
                """);
        kubectl.answer("*get namespace ai-doc*", "");
        kubectl.answer("*auth can-i *", "yes\n");
        kubectl.answer("*get secret ai-doc-secrets *", "");
        kubectl.answer("*get storageclasses *", "slow \nstandard true\n");
        kubectl.answer("*get ingressclasses *", "nginx true\n");
        kubectl.answer("*get --raw /apis/metrics.k8s.io/v1beta1", "{}");
        kubectl.answer(
                "*apply --dry-run=server *", "deployment.apps/ai-doc-backend-dry-run created (server dry run)\n");
        kubectl.answer("*apply -f *(database, object-store)*", "statefulset.apps/postgres created\n");
        kubectl.answer(
                "*apply -f *-l *in (backend, backup, load-balancer)*",
                "deployment.apps/ai-doc-backend created\nhorizontalpodautoscaler.autoscaling/ai-doc-backend created\n");
        kubectl.answer("*apply -f *notin*", "namespace/ai-doc created\nconfigmap/ai-doc-config created\n");
        kubectl.answer("*get statefulsets *", "");
        kubectl.answer("*apply --server-side *", "secret/ai-doc-secrets serverside-applied\n");
        kubectl.answerInTurn("*get secret/ai-doc-secrets *", "", "41");
        kubectl.answer("*get configmap/ai-doc-config *", "42");
        kubectl.answer("*rollout status *", "Waiting for 1 of 2 updated replicas ...\nsuccessfully rolled out\n");
        kubectl.answer("*create job *", "job.batch created\n");
        kubectl.answer("*get job storage-check-*", "SuccessCriteriaMet Complete");
        kubectl.answer("*delete job storage-check-*", "deleted\n");
        kubectl.answer("*get hpa ai-doc-backend *", "2 10");
        kubectl.answer("*get deployment ai-doc-backend *", "2");
        kubectl.answer("*get ingress *", "ai-doc-backend||docs.example.com|192.0.2.7\n");
        kubectl.answer("*get service *", "");
    }

    /** What kustomize makes of the manifests has this in place of that. */
    void rendering(String before, String after) throws IOException {
        String rendered = rendered();
        if (!rendered.contains(before)) {
            throw new IllegalArgumentException("not in rendered.yaml: " + before);
        }
        kubectl.answer("kustomize *", rendered.replace(before, after));
    }

    /** Of k8s/ in small: what the script reads of it. */
    static String rendered() throws IOException {
        try (var file = DeployScript.class.getResourceAsStream("/deployscript/rendered.yaml")) {
            if (file == null) {
                throw new IOException("rendered.yaml is missing");
            }
            return new String(file.readAllBytes(), UTF_8);
        }
    }

    /** The project's own k8s/ in place of the small one. */
    void useManifestsOfProject() throws IOException {
        for (String folder : List.of("k8s", "deploy")) {
            copy(Project.path(folder), clone.resolve(folder));
        }
        ownManifests = false;
    }

    void namespaceIsThere() {
        kubectl.answer("*get namespace ai-doc*", "namespace/ai-doc\n");
        kubectl.answer("*get pvc *", "persistentvolumeclaim/data-postgres-0\n");
    }

    Result run(String... options) throws IOException, InterruptedException {
        return runWithInput("", options);
    }

    Result runWithInput(String input, String... options) throws IOException, InterruptedException {
        write(
                "k8s/secrets.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ai-doc-secrets\n  namespace: ai-doc\n"
                        + "stringData:\n"
                        + secrets.entrySet().stream()
                                .map(secret -> "  " + secret.getKey() + ": " + secret.getValue() + "\n")
                                .collect(Collectors.joining()));
        if (ownManifests) {
            write("k8s/kustomization.yaml", "kind: Kustomization\n");
        }
        kubectl.install();
        List<String> command = new ArrayList<>(List.of("./scripts/deploy-k8s.sh"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).directory(clone.toFile());
        builder.environment().put("PATH", kubectl.bin() + ":" + System.getenv("PATH"));
        builder.environment().put("TMPDIR", temporary.toString());
        Path stdout = Files.createTempFile("deploy", ".out");
        Path stderr = Files.createTempFile("deploy", ".err");
        Process process = builder.redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("still running after five minutes: " + Files.readString(stderr));
        }
        Result result = new Result(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        Files.delete(stdout);
        Files.delete(stderr);
        if (!kubectl.unanswered().isEmpty()) {
            throw new AssertionError("calls that no rule answers: " + kubectl.unanswered() + "\n" + result);
        }
        return result;
    }

    /** The calls that change something in the cluster. */
    List<String> changes() throws IOException {
        return kubectl.calls().stream().filter(call -> !call.matches(READS)).toList();
    }

    /** What the script left in TMPDIR. */
    List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.toList();
        }
    }

    Path temporary() {
        return temporary;
    }

    Path project() {
        return clone;
    }

    private void write(String relative, String text) throws IOException {
        Path path = clone.resolve(relative);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** How it ended, and what it said. */
    record Result(int exit, String stdout, String stderr) {}
}
