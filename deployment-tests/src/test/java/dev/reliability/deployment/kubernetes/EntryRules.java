package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.util.List;
import java.util.Map;

/** By which way requests and scrapes come in. */
final class EntryRules {
    private static final String NAME = "ai-doc-backend";
    private static final List<Variant> NGINX = Variant.with(Variant.NGINX_LB);
    private static final List<Variant> MONITORING = Variant.with(Variant.MONITORING);

    private EntryRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always("the backend's Service has its API and its metrics", (m, f) -> {
                    f.equal("API", Tree.number(m.the("Service", NAME).list("spec", "ports"), "http", "port"), 8080);
                    f.equal(
                            "management",
                            Tree.number(m.the("Service", NAME).list("spec", "ports"), "management", "port"),
                            8081);
                    f.equal("type", m.the("Service", NAME).at("spec", "type"), null);
                }),
                new Rule(
                        "an Ingress of any class leads to the backend",
                        Variant.without(Variant.GATEWAY_API),
                        (m, f) -> {
                            Resource ingress = m.the("Ingress", NAME);
                            f.equal("class", ingress.at("spec", "ingressClassName"), null);
                            String service = m.variant().has(Variant.NGINX_LB) ? "nginx-lb" : NAME;
                            f.equal(
                                    "rules",
                                    ingress.at("spec", "rules"),
                                    List.of(
                                            Map.of(
                                                    "http",
                                                    Map.of(
                                                            "paths",
                                                            List.of(
                                                                    Map.of(
                                                                            "path",
                                                                            "/",
                                                                            "pathType",
                                                                            "Prefix",
                                                                            "backend",
                                                                            Map.of(
                                                                                    "service",
                                                                                    Map.of(
                                                                                            "name",
                                                                                            service,
                                                                                            "port",
                                                                                            Map.of(
                                                                                                    "name",
                                                                                                    "http"))))))))); // one path, and all below it
                        }),
                new Rule("no Ingress cuts uploads", Variant.without(Variant.GATEWAY_API), (m, f) -> {
                    Map<?, ?> annotations = m.the("Ingress", NAME).map("metadata", "annotations");
                    f.equal("ingress-nginx", annotations.get("nginx.ingress.kubernetes.io/proxy-body-size"), "0");
                    f.equal(
                            "ingress-nginx",
                            annotations.get("nginx.ingress.kubernetes.io/proxy-request-buffering"),
                            "off");
                    f.equal("nginx", annotations.get("nginx.org/client-max-body-size"), "0");
                }),
                new Rule("a Gateway takes the Ingress's place", List.of(Variant.GATEWAY_API), EntryRules::gateway),
                new Rule("two nginx stand before the backends, by Compose's configuration", NGINX, EntryRules::nginx),
                new Rule("nginx is not taken away while it is needed", NGINX, EntryRules::nginxStays),
                new Rule("nginx finds each backend by itself", NGINX, (m, f) -> {
                    Resource service = m.the("Service", "ai-doc-backend-pods");
                    f.equal("clusterIP", service.text("spec", "clusterIP"), "None");
                    f.equal("not ready", service.at("spec", "publishNotReadyAddresses"), true);
                    f.equal("selector", service.at("spec", "selector"), Map.of("app", NAME));
                    f.equal(
                            "BACKENDS",
                            Tree.text(m.container("nginx-lb", "nginx"), "env", "BACKENDS", "value"),
                            service.name() + ":8080");
                }),
                new Rule("Prometheus scrapes the management port of each backend", MONITORING, EntryRules::scraped),
                new Rule(
                        "the operator has the alert rules of deploy/monitoring",
                        MONITORING,
                        (m, f) -> f.equal(
                                "groups",
                                m.the("PrometheusRule", "ai-doc").at("spec", "groups"),
                                Tree.at(
                                        Project.yaml(Project.text("deploy/monitoring/alert-rules.yml"))
                                                .get(0),
                                        "groups"))),
                new Rule("Grafana finds the dashboard", MONITORING, (m, f) -> {
                    Resource dashboard = m.the("ConfigMap", "ai-doc-dashboard");
                    f.equal("label", dashboard.text("metadata", "labels", "grafana_dashboard"), "1");
                    f.equal(
                            "content",
                            dashboard.text("data", "grafana-dashboard.json"),
                            Project.text("deploy/monitoring/grafana-dashboard.json"));
                }));
    }

    private static void gateway(Manifests manifests, Findings findings) {
        findings.equal("Ingresses", manifests.of("Ingress").count(), 0L);
        Resource gateway = manifests.the("Gateway", "ai-doc");
        findings.that(!gateway.text("spec", "gatewayClassName").isEmpty(), "the Gateway has no class");
        Object listener = Tree.list(gateway.content(), "spec", "listeners");
        findings.equal("protocol", Tree.text(listener, "http", "protocol"), "HTTP");
        findings.equal("port", Tree.number(listener, "http", "port"), 80);
        findings.equal("routes of", Tree.text(listener, "http", "allowedRoutes", "namespaces", "from"), "Same");
        Resource route = manifests.the("HTTPRoute", NAME);
        findings.equal("parent", route.at("spec", "parentRefs"), List.of(Map.of("name", "ai-doc")));
        Object rule = Tree.map(route.list("spec", "rules"), 0);
        findings.equal(
                "path", Tree.at(rule, "matches"), List.of(Map.of("path", Map.of("type", "PathPrefix", "value", "/"))));
        findings.equal("backend", Tree.at(rule, "backendRefs"), List.of(Map.of("name", NAME, "port", 8080)));
    }

    private static void nginx(Manifests manifests, Findings findings) {
        findings.equal("replicas", manifests.the("Deployment", "nginx-lb").number("spec", "replicas"), 2);
        Object container = manifests.container("nginx-lb", "nginx");
        findings.that(Tree.text(container, "image").startsWith("nginx:1."), "its image");
        findings.equal(
                "command", Tree.at(container, "command"), List.of("/bin/sh", "/etc/nginx-lb/follow-backends.sh"));
        String name = Tree.text(manifests.pod("nginx-lb").spec(), "volumes", "configuration", "configMap", "name");
        findings.equal("mount", Tree.text(container, "volumeMounts", "configuration", "mountPath"), "/etc/nginx-lb");
        for (String file : List.of("nginx.conf", "follow-backends.sh")) {
            findings.equal(
                    file, manifests.the("ConfigMap", name).text("data", file), Project.text("deploy/nginx/" + file));
        }
        Resource service = manifests.the("Service", "nginx-lb");
        findings.equal("type", service.text("spec", "type"), "LoadBalancer");
        findings.equal("client's address", service.text("spec", "externalTrafficPolicy"), "Local");
        findings.equal("port", Tree.number(service.list("spec", "ports"), "http", "port"), 80);
    }

    private static void nginxStays(Manifests manifests, Findings findings) {
        BackendRules.spread(manifests.pod("nginx-lb"), findings);
        findings.equal(
                "rollout",
                manifests.the("Deployment", "nginx-lb").at("spec", "strategy", "rollingUpdate"),
                Map.of("maxUnavailable", 0, "maxSurge", 1));
        findings.equal(
                "budget", manifests.the("PodDisruptionBudget", "nginx-lb").at("spec", "maxUnavailable"), 1);
        Object container = manifests.container("nginx-lb", "nginx");
        int preStop = Tree.number(container, "lifecycle", "preStop", "sleep", "seconds");
        findings.that(
                preStop >= 5
                        && Tree.number(manifests.pod("nginx-lb").spec(), "terminationGracePeriodSeconds")
                                >= preStop + 60,
                "it is killed while it serves");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            findings.equal(
                    probe, Tree.at(container, probe, "httpGet"), Map.of("path", "/nginx-health", "port", "http"));
        }
    }

    private static void scraped(Manifests manifests, Findings findings) {
        Resource monitor = manifests.the("ServiceMonitor", NAME);
        findings.equal(
                "endpoints",
                monitor.at("spec", "endpoints"),
                List.of(Map.of("port", "management", "path", "/metrics", "interval", "15s", "scrapeTimeout", "5s")));
        List<String> services = manifests
                .of("Service")
                .filter(each -> each.map("metadata", "labels")
                        .entrySet()
                        .containsAll(
                                monitor.map("spec", "selector", "matchLabels").entrySet()))
                .map(Resource::name)
                .toList();
        findings.equal("scraped Services", services, List.of(NAME));
    }
}
