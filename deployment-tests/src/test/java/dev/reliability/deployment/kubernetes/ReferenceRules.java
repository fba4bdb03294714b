package dev.reliability.deployment.kubernetes;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** That what one manifest says of another is true: no schema sees that. */
final class ReferenceRules {
    private static final Set<String> COMPONENTS = Set.of(
            "namespace",
            "settings",
            "identity",
            "network",
            "database",
            "object-store",
            "storage-check",
            "backend",
            "backup",
            "load-balancer",
            "monitoring");

    private ReferenceRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always(
                        "everything is in the namespace, and labelled as what it is part of", ReferenceRules::labels),
                Rule.always("every name is there once", ReferenceRules::names),
                Rule.always("every selector finds what it is for", ReferenceRules::selectors),
                Rule.always("every Service leads to a port that is open", ReferenceRules::ports),
                Rule.always("every mount has its volume, and every volume a use", ReferenceRules::mounts),
                Rule.always("every Secret's key and ConfigMap that is used is there", ReferenceRules::keys),
                Rule.always("every file that a variable names is mounted", ReferenceRules::files));
    }

    private static void labels(Manifests manifests, Findings findings) {
        for (Resource each : manifests.all()) {
            if (!each.kind().equals("Namespace")) {
                findings.equal(each.id() + " namespace", each.text("metadata", "namespace"), "ai-doc");
            }
            labels(each.id(), each.map("metadata", "labels"), findings);
        }
        manifests.pods().forEach(pod -> labels(pod.owner() + "'s Pods", pod.labels(), findings));
    }

    private static void labels(String what, Map<?, ?> labels, Findings findings) {
        findings.equal(what + " part-of", labels.get("app.kubernetes.io/part-of"), "ai-doc");
        findings.that(
                COMPONENTS.contains(Tree.text(labels, "app.kubernetes.io/component")),
                what + " component is " + labels.get("app.kubernetes.io/component"));
    }

    private static void names(Manifests manifests, Findings findings) {
        Set<String> seen = new HashSet<>();
        manifests.all().forEach(each -> findings.that(seen.add(each.id()), each.id() + " is there twice"));
        Set<String> apps = new HashSet<>();
        manifests
                .pods()
                .forEach(pod -> findings.that(
                        !pod.app().isEmpty() && apps.add(pod.app()), pod.owner() + " has the label app=" + pod.app()));
    }

    private static void selectors(Manifests manifests, Findings findings) {
        manifests.of("Service").forEach(each -> one(manifests, each, each.map("spec", "selector"), findings));
        manifests
                .of("PodDisruptionBudget")
                .forEach(each -> one(manifests, each, each.map("spec", "selector", "matchLabels"), findings));
        for (String kind : List.of("Deployment", "StatefulSet")) {
            manifests.of(kind).forEach(each -> {
                Map<?, ?> selector = each.map("spec", "selector", "matchLabels");
                findings.that(
                        !selector.isEmpty() && covers(each.map("spec", "template", "metadata", "labels"), selector),
                        each.id() + " does not select its own Pods");
                for (Object spread : each.list("spec", "template", "spec", "topologySpreadConstraints")) {
                    findings.equal(each.id() + " spreads", Tree.at(spread, "labelSelector", "matchLabels"), selector);
                }
            });
        }
        manifests
                .of("StatefulSet")
                .forEach(each -> findings.equal(
                        each.id() + "'s Service",
                        manifests
                                .the("Service", each.text("spec", "serviceName"))
                                .at("spec", "selector"),
                        each.at("spec", "selector", "matchLabels")));
        manifests
                .of("HorizontalPodAutoscaler")
                .forEach(each -> findings.that(
                        manifests
                                        .find(
                                                each.text("spec", "scaleTargetRef", "kind"),
                                                each.text("spec", "scaleTargetRef", "name"))
                                        .count()
                                == 1,
                        each.id() + " scales nothing"));
    }

    private static void one(Manifests manifests, Resource by, Map<?, ?> selector, Findings findings) {
        long found = manifests.pods().stream()
                .filter(pod -> covers(pod.labels(), selector))
                .count();
        findings.that(!selector.isEmpty() && found == 1, by.id() + " selects " + found + " kinds of Pods");
    }

    private static boolean covers(Map<?, ?> labels, Map<?, ?> selector) {
        return labels.entrySet().containsAll(selector.entrySet());
    }

    private static void ports(Manifests manifests, Findings findings) {
        manifests.of("Service").forEach(service -> {
            Set<String> open = manifests.pods().stream()
                    .filter(pod -> covers(pod.labels(), service.map("spec", "selector")))
                    .flatMap(pod -> pod.containers().stream())
                    .flatMap(container -> Tree.list(container.content(), "ports").stream())
                    .map(port -> Tree.text(port, "name"))
                    .collect(Collectors.toSet());
            findings.that(!service.list("spec", "ports").isEmpty(), service.id() + " has no port");
            for (Object port : service.list("spec", "ports")) {
                findings.that(
                        open.contains(Tree.text(port, "targetPort")),
                        service.id() + " leads to " + Tree.text(port, "targetPort") + ", and open are " + open);
            }
        });
        for (Pod pod : manifests.pods()) {
            for (Pod.Container each : pod.containers()) {
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    for (String kind : List.of("httpGet", "tcpSocket")) {
                        Object port = Tree.at(each.content(), probe, kind, "port");
                        findings.that(
                                port == null || Tree.at(each.content(), "ports", port) != null,
                                each.at() + " " + probe + " asks at port " + port);
                    }
                }
            }
        }
    }

    private static void mounts(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            Set<String> volumes = Tree.list(pod.spec(), "volumes").stream()
                    .map(volume -> Tree.text(volume, "name"))
                    .collect(Collectors.toSet());
            manifests
                    .of("StatefulSet")
                    .filter(each -> each.id().equals(pod.owner()))
                    .flatMap(each -> each.list("spec", "volumeClaimTemplates").stream())
                    .forEach(claim -> volumes.add(Tree.text(claim, "metadata", "name")));
            Set<String> used = pod.containers().stream()
                    .flatMap(each -> Tree.list(each.content(), "volumeMounts").stream())
                    .map(mount -> Tree.text(mount, "name"))
                    .collect(Collectors.toSet());
            findings.equal(pod.owner() + "'s mounts", used, volumes);
            for (Object volume : Tree.list(pod.spec(), "volumes")) {
                String claim = Tree.text(volume, "persistentVolumeClaim", "claimName");
                findings.that(
                        claim.isEmpty()
                                || manifests
                                                .find("PersistentVolumeClaim", claim)
                                                .count()
                                        == 1,
                        pod.owner() + " wants the claim '" + claim + "'");
                String config = Tree.text(volume, "configMap", "name");
                findings.that(
                        config.isEmpty() || manifests.find("ConfigMap", config).count() == 1,
                        pod.owner() + " mounts the ConfigMap '" + config + "'");
            }
        }
    }

    private static void keys(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            for (Object volume : Tree.list(pod.spec(), "volumes")) {
                if (Tree.at(volume, "secret") != null && Tree.at(volume, "secret", "optional") == null) {
                    findings.that(
                            !Tree.list(volume, "secret", "items").isEmpty(),
                            pod.owner() + " mounts all of a Secret: " + Tree.text(volume, "name"));
                    for (Object item : Tree.list(volume, "secret", "items")) {
                        key(
                                manifests,
                                pod,
                                Tree.text(volume, "secret", "secretName"),
                                Tree.text(item, "key"),
                                findings);
                    }
                }
            }
            for (Pod.Container each : pod.containers()) {
                for (Object variable : each.env().values()) {
                    Object reference = Tree.at(variable, "valueFrom", "secretKeyRef");
                    if (reference != null) {
                        key(manifests, pod, Tree.text(reference, "name"), Tree.text(reference, "key"), findings);
                    }
                }
                for (Object source : Tree.list(each.content(), "envFrom")) {
                    findings.that(
                            manifests
                                            .find("ConfigMap", Tree.text(source, "configMapRef", "name"))
                                            .count()
                                    == 1,
                            each.at() + " reads " + source);
                }
            }
        }
    }

    private static void key(Manifests manifests, Pod pod, String secret, String key, Findings findings) {
        boolean ofOperator = manifests.variant().has(Variant.CLOUDNATIVE_PG)
                && secret.equals(
                        manifests.of("Cluster").findFirst().map(Resource::name).orElse("") + "-app")
                && key.equals("password");
        findings.that(
                ofOperator || manifests.the("Secret", secret).map("stringData").containsKey(key),
                pod.owner() + " wants the key '" + key + "' of the Secret '" + secret + "'");
    }

    private static void files(Manifests manifests, Findings findings) {
        for (Pod pod : manifests.pods()) {
            for (Pod.Container container : pod.containers()) {
                container.env().forEach((name, variable) -> {
                    String path = Tree.text(variable, "value");
                    findings.that(
                            !name.endsWith("_FILE") || isMounted(pod, container, path),
                            container.at() + " " + name + ": there is no " + path);
                });
            }
        }
    }

    private static boolean isMounted(Pod pod, Pod.Container container, String path) {
        return Tree.list(container.content(), "volumeMounts").stream().anyMatch(mount -> {
            String folder = Tree.text(mount, "mountPath") + "/";
            return path.startsWith(folder)
                    && Tree.list(pod.spec(), "volumes", Tree.text(mount, "name"), "secret", "items").stream()
                            .anyMatch(item -> Tree.text(item, "path").equals(path.substring(folder.length())));
        });
    }
}
