package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Deployment ai-doc-backend. */
final class BackendRules {
    private static final String NAME = "ai-doc-backend";
    private static final Pattern HEAP = Pattern.compile("-Xmx([0-9]+)m\\b");

    private BackendRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always(
                        "the HPA alone says how many backends there are",
                        (manifests, findings) -> findings.equal(
                                "replicas", manifests.the("Deployment", NAME).at("spec", "replicas"), null)),
                Rule.always(
                        "the guide's label finds the backend's Pods",
                        (manifests, findings) -> findings.equal(
                                "label app",
                                manifests.the("Deployment", NAME).text("spec", "template", "metadata", "labels", "app"),
                                NAME)),
                Rule.always("a rollout takes none away before another is ready", BackendRules::rollout),
                Rule.always("each probe asks at its own path, on the management port", BackendRules::probes),
                Rule.always("a probe gives up in the time that it should", BackendRules::patience),
                Rule.always("preStop, drain and the time to end fit together", BackendRules::end),
                Rule.always(
                        "backends are spread over nodes, and over zones if that goes",
                        (manifests, findings) -> spread(manifests.pod(NAME), findings)),
                Rule.always("heaps stay under 60 % of the memory that is requested", BackendRules::heaps),
                Rule.always("a database that moved is found again soon", (manifests, findings) -> {
                    String options = options(manifests.container(NAME, "backend"));
                    findings.that(options.contains("-Dsun.net.inetaddr.ttl=2"), "addresses are kept for long");
                    findings.that(
                            options.contains("-Dsun.net.inetaddr.negative.ttl=1"), "missing names are kept for long");
                }),
                new Rule(
                        "an init container makes the role that the backend runs as",
                        Variant.without(Variant.CLOUDNATIVE_PG),
                        BackendRules::role),
                Rule.always("a test restore has room in the backend's Pod", BackendRules::verification));
    }

    private static void rollout(Manifests manifests, Findings findings) {
        findings.equal(
                "strategy",
                manifests.the("Deployment", NAME).at("spec", "strategy"),
                Map.of("type", "RollingUpdate", "rollingUpdate", Map.of("maxUnavailable", 0, "maxSurge", 1)));
    }

    private static void probes(Manifests manifests, Findings findings) {
        Object container = manifests.container(NAME, "backend");
        Map<String, String> paths = Map.of(
                "startupProbe", "/health/startup",
                "livenessProbe", "/health/live",
                "readinessProbe", "/health/ready");
        paths.forEach((probe, path) -> findings.equal(
                probe, Tree.at(container, probe, "httpGet"), Map.of("path", path, "port", "management")));
        findings.equal(
                "management port",
                Tree.text(container, "ports", "management", "containerPort"),
                manifests.configured("MANAGEMENT_PORT"));
        findings.equal(
                "port", Tree.text(container, "ports", "http", "containerPort"), manifests.configured("SERVER_PORT"));
    }

    private static void patience(Manifests manifests, Findings findings) {
        Object container = manifests.container(NAME, "backend");
        int startup = seconds(container, "startupProbe");
        findings.that(startup >= 180 && startup <= 300, "a start may take " + startup + " s");
        int live = seconds(container, "livenessProbe");
        findings.that(live >= 20 && live <= 60, "what hangs is restarted after " + live + " s");
        int ready = seconds(container, "readinessProbe");
        findings.that(ready >= 2 && ready <= 5, "what is not ready gets requests for " + ready + " s");
    }

    private static int seconds(Object container, String probe) {
        int timeout = Tree.number(container, probe, "timeoutSeconds");
        int period = Tree.number(container, probe, "periodSeconds");
        return timeout < 1 || timeout > period ? -1 : period * Tree.number(container, probe, "failureThreshold");
    }

    private static void end(Manifests manifests, Findings findings) {
        int preStop = Tree.number(manifests.container(NAME, "backend"), "lifecycle", "preStop", "sleep", "seconds");
        int drain = Integer.parseInt("0" + manifests.configured("DRAIN_SECONDS"));
        int grace = Tree.number(manifests.pod(NAME).spec(), "terminationGracePeriodSeconds");
        int stop = constant("LONGEST_STOP") + constant("LONGEST_END");
        findings.that(preStop >= 5, "preStop is " + preStop + " s: proxies may not know yet");
        findings.that(drain >= 10, "DRAIN_SECONDS is " + drain);
        findings.that(
                grace >= preStop + drain + stop + 10,
                "killed after " + grace + " s, with " + preStop + " + " + drain + " + " + stop + " s to do");
    }

    /** How long the backend's server takes at most for this part of its end. */
    private static int constant(String name) {
        Matcher matcher = Pattern.compile(name + " = Duration.ofSeconds\\(([0-9]+)\\)")
                .matcher(Project.text("sample-app/src/main/java/dev/reliability/sample/http/HttpServer.java"));
        if (!matcher.find()) {
            throw new AssertionError("HttpServer has no " + name);
        }
        return Integer.parseInt(matcher.group(1));
    }

    static void spread(Pod pod, Findings findings) {
        List<?> constraints = Tree.list(pod.spec(), "topologySpreadConstraints");
        findings.equal(pod.owner() + "'s constraints", constraints.size(), 2);
        spread(pod, constraints, 0, "kubernetes.io/hostname", "DoNotSchedule", findings);
        spread(pod, constraints, 1, "topology.kubernetes.io/zone", "ScheduleAnyway", findings);
    }

    private static void spread(
            Pod pod, List<?> constraints, int index, String key, String otherwise, Findings findings) {
        Object constraint = Tree.map(constraints, index);
        findings.equal(pod.owner() + " topologyKey", Tree.text(constraint, "topologyKey"), key);
        findings.equal(pod.owner() + " " + key, Tree.text(constraint, "whenUnsatisfiable"), otherwise);
        findings.equal(pod.owner() + " maxSkew", Tree.number(constraint, "maxSkew"), 1);
        findings.equal(pod.owner() + " nodeTaintsPolicy", Tree.text(constraint, "nodeTaintsPolicy"), "Honor");
        findings.equal(
                pod.owner() + " matchLabelKeys", Tree.at(constraint, "matchLabelKeys"), List.of("pod-template-hash"));
    }

    private static void heaps(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            pod.backendContainers()
                    .filter(each -> !each.at().endsWith("create-database-role"))
                    .forEach(each -> {
                        Matcher heap = HEAP.matcher(options(each.content()));
                        if (heap.find()) {
                            double share = Integer.parseInt(heap.group(1))
                                    * 1048576.0
                                    / Quantity.of(Tree.text(each.content(), "resources", "requests", "memory"));
                            findings.that(share < 0.6, each.at() + "'s heap is " + share + " of its request");
                        } else {
                            findings.that(false, each.at() + "'s heap has no limit");
                        }
                    });
        }
    }

    private static String options(Object container) {
        return Tree.text(container, "env", "JAVA_OPTS", "value");
    }

    private static void role(Manifests manifests, Findings findings) {
        List<?> containers = Tree.list(manifests.pod(NAME).spec(), "initContainers");
        findings.equal("init containers", containers.size(), 1);
        Object init = Tree.map(containers, 0);
        findings.equal("command", Tree.at(init, "command"), List.of("/app/bin/create-database-role"));
        findings.equal("image", Tree.text(init, "image"), Tree.text(manifests.container(NAME, "backend"), "image"));
        findings.equal(
                "variables",
                Tree.list(init, "env").stream()
                        .map(each -> Tree.text(each, "name"))
                        .toList(),
                List.of("DB_PASSWORD_FILE", "DB_ADMIN_USER", "DB_ADMIN_PASSWORD_FILE"));
        findings.equal(
                "password",
                Tree.text(init, "env", "DB_PASSWORD_FILE", "value"),
                Tree.text(manifests.container(NAME, "backend"), "env", "DB_PASSWORD_FILE", "value"));
    }

    private static void verification(Manifests manifests, Findings findings) {
        Object container = manifests.container(NAME, "backend");
        findings.equal("VERIFY_DIR", Tree.text(container, "env", "VERIFY_DIR", "value"), "/verify");
        findings.that(
                Tree.list(container, "volumeMounts").stream()
                        .anyMatch(mount -> Tree.text(mount, "mountPath").equals("/verify")),
                "/verify is not mounted");
        double room = Tree.list(manifests.pod(NAME).spec(), "volumes").stream()
                .mapToDouble(volume -> Tree.at(volume, "emptyDir") == null
                        ? 0
                        : Quantity.of(Tree.text(volume, "emptyDir", "sizeLimit")))
                .sum();
        findings.that(
                Quantity.of(Tree.text(container, "resources", "limits", "ephemeral-storage")) >= room,
                "evicted before its own volumes are full");
    }
}
