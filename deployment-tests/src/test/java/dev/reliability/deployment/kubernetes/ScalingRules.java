package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;

/** How many backends there are, and what that means for the database. */
final class ScalingRules {
    private static final String NAME = "ai-doc-backend";
    /** A backend's pool has beside it one connection for health checks, and one for migrations when it starts. */
    private static final int BESIDE_THE_POOL = 2;
    /** A backup or a restore, of which the repository's lease lets one run; dump, snapshot, comparison, switch. */
    private static final int OPERATION = 10;
    /** The Pods' init containers, and an operator with psql. */
    private static final int OTHERS = 10;

    private ScalingRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always("the HPA has the guide's numbers", ScalingRules::numbers),
                Rule.always("the HPA is calm", ScalingRules::calm),
                Rule.always("one backend at a time may be taken away on purpose", ScalingRules::disruption),
                Rule.always("replicas times pool fit into max_connections", ScalingRules::connections));
    }

    private static void numbers(Manifests manifests, Findings findings) {
        Resource scaler = manifests.the("HorizontalPodAutoscaler", NAME);
        findings.equal("minReplicas", scaler.number("spec", "minReplicas"), 2);
        findings.equal("maxReplicas", scaler.number("spec", "maxReplicas"), 10);
        findings.equal(
                "scaled",
                scaler.at("spec", "scaleTargetRef"),
                Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", NAME));
        findings.equal("metrics", scaler.at("spec", "metrics"), List.of(target("cpu", 70), target("memory", 80)));
    }

    private static Map<String, Object> target(String resource, int percent) {
        return Map.of(
                "type",
                "Resource",
                "resource",
                Map.of("name", resource, "target", Map.of("type", "Utilization", "averageUtilization", percent)));
    }

    private static void calm(Manifests manifests, Findings findings) {
        Object behavior = manifests.the("HorizontalPodAutoscaler", NAME).map("spec", "behavior");
        findings.that(
                Tree.number(behavior, "scaleUp", "stabilizationWindowSeconds") >= 30,
                "a JVM that starts is taken for load");
        findings.that(
                Tree.number(behavior, "scaleDown", "stabilizationWindowSeconds") >= 300,
                "it scales down between two peaks");
        for (String direction : List.of("scaleUp", "scaleDown")) {
            List<?> policies = Tree.list(behavior, direction, "policies");
            int most = direction.equals("scaleUp") ? 2 : 1;
            findings.that(
                    policies.size() == 1
                            && Tree.text(policies, 0, "type").equals("Pods")
                            && Tree.number(policies, 0, "value") == most
                            && Tree.number(policies, 0, "periodSeconds") >= 60,
                    direction + " by " + policies);
        }
    }

    private static void disruption(Manifests manifests, Findings findings) {
        Resource budget = manifests.the("PodDisruptionBudget", NAME);
        findings.equal("maxUnavailable", budget.at("spec", "maxUnavailable"), 1);
        findings.equal("minAvailable", budget.at("spec", "minAvailable"), null);
        findings.equal("unhealthy", budget.text("spec", "unhealthyPodEvictionPolicy"), "AlwaysAllow");
        findings.equal("selector", budget.at("spec", "selector", "matchLabels"), Map.of("app", NAME));
    }

    private static void connections(Manifests manifests, Findings findings) {
        int backends = manifests.the("HorizontalPodAutoscaler", NAME).number("spec", "maxReplicas")
                + manifests.the("Deployment", NAME).number("spec", "strategy", "rollingUpdate", "maxSurge");
        int each = Integer.parseInt("0" + manifests.configured("DB_POOL_SIZE")) + BESIDE_THE_POOL;
        int reserved = DatabaseRules.setting(manifests, "superuser_reserved_connections");
        int needed = backends * each + OPERATION + OTHERS + reserved;
        int most = DatabaseRules.setting(manifests, "max_connections");
        findings.that(each > BESIDE_THE_POOL, "DB_POOL_SIZE is not set");
        findings.that(reserved >= 3, "the superuser has " + reserved + " connections for himself");
        findings.that(needed <= most, needed + " connections may be wanted of " + most);
    }
}
