package dev.reliability.deployment.kubernetes;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which connections the NetworkPolicies allow, worked out as a network plugin would. */
final class Arrows {
    static final String ANYONE = "anyone";

    /** What selectors that leave the namespace stand for; any other is named by its text. */
    private static final Map<String, String> OUTSIDE = Map.of(
            "{kubernetes.io/metadata.name=kube-system} {k8s-app=kube-dns}",
            "DNS",
            "{kubernetes.io/metadata.name=monitoring} *",
            "Prometheus",
            "{kubernetes.io/metadata.name=cnpg-system} *",
            "CloudNativePG operator",
            "[{key=kubernetes.io/metadata.name, operator=In, values=[ingress-nginx, nginx-ingress, traefik,"
                    + " haproxy-controller, projectcontour, envoy-gateway-system, istio-ingress]}] *",
            "ingress controller",
            "0.0.0.0/0 [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]",
            "public addresses",
            "::/0 [fc00::/7, fe80::/10]",
            "public addresses",
            "0.0.0.0/0 []",
            "any address",
            "::/0 []",
            "any address");

    private final Map<String, Map<?, ?>> apps = new HashMap<>();
    private final Set<Arrow> ingress = new TreeSet<>();
    private final Set<Arrow> egress = new TreeSet<>();

    Arrows(Manifests manifests) {
        manifests.pods().forEach(pod -> apps.put(pod.app(), pod.labels()));
        manifests.of("Cluster").forEach(cluster -> {
            Map<?, ?> labels = cluster.map("spec", "inheritedMetadata", "labels");
            apps.put(Tree.text(labels, "app"), labels);
        });
        List<Resource> policies = manifests.of("NetworkPolicy").toList();
        apps.keySet().forEach(app -> {
            direction(app, policies, "Ingress", "from", ingress);
            direction(app, policies, "Egress", "to", egress);
        });
    }

    /** Those that both ends allow; of what is outside, the end that is inside. */
    Set<Arrow> allowed() {
        return Stream.concat(
                        ingress.stream().filter(each -> !isInside(each.from()) || egress.contains(each)),
                        egress.stream().filter(each -> !isInside(each.to()) || ingress.contains(each)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Those that one end allows and the other does not: they work for nobody. */
    Set<Arrow> halves() {
        Set<Arrow> halves = new TreeSet<>();
        ingress.stream()
                .filter(each -> isInside(each.from()) && !egress.contains(each))
                .forEach(halves::add);
        egress.stream()
                .filter(each -> isInside(each.to()) && !ingress.contains(each))
                .forEach(halves::add);
        return halves;
    }

    private boolean isInside(String end) {
        return apps.containsKey(end);
    }

    private void direction(String app, List<Resource> policies, String type, String peers, Set<Arrow> arrows) {
        List<Resource> own = policies.stream()
                .filter(policy -> isOfType(policy, type))
                .filter(policy -> selects(policy.map("spec", "podSelector"), apps.get(app)))
                .toList();
        if (own.isEmpty()) {
            add(arrows, type, app, ANYONE, "any");
        }
        for (Resource policy : own) {
            for (Object rule : policy.list("spec", type.toLowerCase(Locale.ROOT))) {
                for (String peer : peers(Tree.list(rule, peers))) {
                    ports(rule).forEach(port -> add(arrows, type, app, peer, port));
                }
            }
        }
    }

    /** Where a policy does not say its types, Ingress is one, and Egress if it has rules for that. */
    private static boolean isOfType(Resource policy, String type) {
        return policy.at("spec", "policyTypes") == null
                ? type.equals("Ingress") || policy.map("spec").containsKey("egress")
                : policy.list("spec", "policyTypes").contains(type);
    }

    private static void add(Set<Arrow> arrows, String type, String app, String peer, String port) {
        arrows.add(type.equals("Ingress") ? new Arrow(peer, app, port) : new Arrow(app, peer, port));
    }

    private static List<String> ports(Object rule) {
        List<String> ports = Tree.list(rule, "ports").stream().map(Arrows::port).toList();
        return ports.isEmpty() ? List.of("any") : ports;
    }

    private static String port(Object port) {
        String end = Tree.text(port, "endPort");
        String protocol = Tree.text(port, "protocol");
        return Tree.text(port, "port")
                + (end.isEmpty() ? "" : "-" + end)
                + (protocol.equals("TCP") ? "" : "/" + protocol);
    }

    private List<String> peers(List<?> peers) {
        return peers.isEmpty()
                ? List.of(ANYONE)
                : peers.stream().flatMap(this::peer).toList();
    }

    private Stream<String> peer(Object peer) {
        Map<?, ?> keys = Tree.map(peer);
        if (keys.containsKey("ipBlock")) {
            return Stream.of(outside(Tree.text(peer, "ipBlock", "cidr") + " " + Tree.list(peer, "ipBlock", "except")));
        }
        Object pods = keys.get("podSelector");
        if (keys.containsKey("namespaceSelector")) {
            Object namespaces = keys.get("namespaceSelector");
            return Stream.of(outside(selector(namespaces) + " " + (pods == null ? "*" : selector(pods))));
        }
        return apps.keySet().stream().filter(app -> selects(pods, apps.get(app)));
    }

    private static String outside(String text) {
        return OUTSIDE.getOrDefault(text, text);
    }

    private static String selector(Object selector) {
        Object labels = Tree.at(selector, "matchLabels");
        Object expressions = Tree.at(selector, "matchExpressions");
        return labels == null && expressions == null ? "all" : String.valueOf(labels == null ? expressions : labels);
    }

    private static boolean selects(Object selector, Map<?, ?> labels) {
        return labels.entrySet().containsAll(Tree.map(selector, "matchLabels").entrySet())
                && Tree.list(selector, "matchExpressions").stream().allMatch(each -> matches(each, labels));
    }

    private static boolean matches(Object expression, Map<?, ?> labels) {
        Object value = labels.get(Tree.text(expression, "key"));
        boolean listed = Tree.list(expression, "values").contains(value);
        return switch (Tree.text(expression, "operator")) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> throw new AssertionError("no such operator: " + expression);
        };
    }
}
