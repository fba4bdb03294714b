package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a Pod may do, and what it may use. */
final class SecurityRules {
    private static final Set<String> VOLUMES =
            Set.of("configMap", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");
    /** A name, and a tag with a version in it. */
    private static final Pattern PINNED = Pattern.compile("[a-z0-9./-]+:[a-z0-9-]*[0-9]+\\.[0-9]+[a-z0-9.-]*");

    private SecurityRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always("the namespace enforces Pod Security 'restricted'", SecurityRules::namespace),
                Rule.always("every Pod is 'restricted'", SecurityRules::restricted),
                Rule.always("every root file system is read-only", SecurityRules::readOnlyRoot),
                Rule.always("nobody gets a token for the Kubernetes API", SecurityRules::tokens),
                Rule.always("every container says what it needs and may have at most", SecurityRules::resources),
                Rule.always("every image is pinned, but our own", SecurityRules::images),
                Rule.always("volumes belong to who uses them, without a walk at each start", SecurityRules::owners),
                Rule.always(
                        "no Pod is given variables of Services",
                        (manifests, findings) -> manifests
                                .pods()
                                .forEach(pod -> findings.equal(
                                        pod.owner() + " enableServiceLinks",
                                        Tree.at(pod.spec(), "enableServiceLinks"),
                                        false))));
    }

    private static void namespace(Manifests manifests, Findings findings) {
        Map<?, ?> labels = manifests.the("Namespace", "ai-doc").map("metadata", "labels");
        for (String mode : List.of("enforce", "audit", "warn")) {
            findings.equal(mode, labels.get("pod-security.kubernetes.io/" + mode), "restricted");
        }
        findings.equal("version", labels.get("pod-security.kubernetes.io/enforce-version"), "v1.30");
    }

    /** The demands of https://kubernetes.io/docs/concepts/security/pod-security-standards/. */
    private static void restricted(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            Object context = Tree.map(pod.spec(), "securityContext");
            findings.equal(pod.owner() + " runAsNonRoot", Tree.at(context, "runAsNonRoot"), true);
            findings.that(Tree.number(context, "runAsUser") > 0, pod.owner() + " runs as root or as it likes");
            findings.equal(pod.owner() + " seccomp", Tree.text(context, "seccompProfile", "type"), "RuntimeDefault");
            for (String host : List.of("hostNetwork", "hostPID", "hostIPC", "hostUsers")) {
                findings.equal(pod.owner() + " " + host, Tree.at(pod.spec(), host), null);
            }
            for (Object volume : Tree.list(pod.spec(), "volumes")) {
                findings.that(
                        Tree.map(volume).keySet().stream()
                                .allMatch(key -> key.equals("name") || VOLUMES.contains(key.toString())),
                        pod.owner() + " has a volume of the host's: " + volume);
            }
            pod.containers().forEach(each -> restricted(each, findings));
        }
    }

    private static void restricted(Pod.Container container, Findings findings) {
        Object context = Tree.map(container.content(), "securityContext");
        findings.equal(
                container.at() + " allowPrivilegeEscalation", Tree.at(context, "allowPrivilegeEscalation"), false);
        findings.equal(
                container.at() + " capabilities", Tree.at(context, "capabilities"), Map.of("drop", List.of("ALL")));
        for (String own : List.of("privileged", "runAsUser", "runAsNonRoot", "seccompProfile", "procMount")) {
            findings.equal(container.at() + " " + own, Tree.at(context, own), null);
        }
        for (Object port : Tree.list(container.content(), "ports")) {
            findings.equal(container.at() + " hostPort", Tree.at(port, "hostPort"), null);
        }
    }

    private static void readOnlyRoot(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            for (Pod.Container each : pod.containers()) {
                findings.equal(each.at(), Tree.at(each.content(), "securityContext", "readOnlyRootFilesystem"), true);
                findings.that(
                        Tree.list(each.content(), "volumeMounts").stream()
                                .anyMatch(mount -> Tree.text(mount, "mountPath").equals("/tmp")),
                        each.at() + " has no /tmp to write into");
            }
        }
    }

    private static void tokens(Manifests manifests, Findings findings) {
        manifests
                .of("ServiceAccount")
                .forEach(account ->
                        findings.equal(account.id() + " token", account.at("automountServiceAccountToken"), false));
        for (Pod pod : manifests.pods()) {
            findings.equal(pod.owner() + " token", Tree.at(pod.spec(), "automountServiceAccountToken"), false);
            String account = Tree.text(pod.spec(), "serviceAccountName");
            findings.that(
                    manifests.find("ServiceAccount", account).count() == 1,
                    pod.owner() + " runs as '" + account + "', which is not here");
        }
    }

    private static void resources(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            for (Pod.Container each : pod.containers()) {
                for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
                    String request = Tree.text(each.content(), "resources", "requests", resource);
                    String limit = Tree.text(each.content(), "resources", "limits", resource);
                    findings.that(
                            !request.isEmpty() && !limit.isEmpty() && Quantity.of(request) <= Quantity.of(limit),
                            each.at() + " " + resource + ": '" + request + "' to '" + limit + "'");
                }
            }
        }
    }

    private static void images(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            for (Pod.Container each : pod.containers()) {
                if (each.image().equals("ai-doc-backend:latest")) {
                    // Not Always: it may have been loaded into the nodes, and nowhere else.
                    findings.equal(
                            each.at() + " imagePullPolicy",
                            Tree.text(each.content(), "imagePullPolicy"),
                            "IfNotPresent");
                } else {
                    findings.that(
                            PINNED.matcher(each.image()).matches(), each.at() + " is not pinned: " + each.image());
                }
            }
        }
        manifests
                .of("Cluster")
                .forEach(cluster -> findings.that(
                        PINNED.matcher(cluster.text("spec", "imageName")).matches(), cluster.id() + " is not pinned"));
    }

    private static void owners(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            boolean owns = Tree.list(pod.spec(), "volumes").stream()
                    .anyMatch(volume -> !Tree.map(volume).containsKey("emptyDir")
                            && !Tree.map(volume).containsKey("configMap"));
            Object context = Tree.map(pod.spec(), "securityContext");
            if (owns) {
                findings.equal(
                        pod.owner() + " fsGroup", Tree.number(context, "fsGroup"), Tree.number(context, "runAsGroup"));
                findings.that(Tree.number(context, "fsGroup") > 0, pod.owner() + " has no fsGroup");
                findings.equal(
                        pod.owner() + " fsGroupChangePolicy",
                        Tree.text(context, "fsGroupChangePolicy"),
                        "OnRootMismatch");
            }
        }
    }
}
