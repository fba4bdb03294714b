package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who may talk to whom. */
final class NetworkRules {
    private NetworkRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always("nothing is allowed that no policy names", NetworkRules::denied),
                Rule.always("NetworkPolicies allow exactly the arrows of docs/kubernetes.md", NetworkRules::documented),
                Rule.always("no arrow is allowed at one end alone", (manifests, findings) -> {
                    Set<Arrow> halves = new Arrows(manifests).halves();
                    findings.that(halves.isEmpty(), "one end alone allows " + halves);
                }));
    }

    private static void denied(Manifests manifests, Findings findings) {
        List<Resource> all = manifests
                .of("NetworkPolicy")
                .filter(policy -> policy.map("spec").containsKey("podSelector")
                        && policy.map("spec", "podSelector").isEmpty())
                .toList();
        findings.equal("policies of all Pods", all.stream().map(Resource::name).toList(), List.of("default-deny"));
        for (Resource policy : all) {
            findings.equal("policyTypes", policy.at("spec", "policyTypes"), List.of("Ingress", "Egress"));
            findings.equal("ingress", policy.list("spec", "ingress").size(), 0);
            findings.equal("egress", policy.list("spec", "egress").size(), 0);
        }
    }

    private static void documented(Manifests manifests, Findings findings) {
        Set<Arrow> drawn = DocumentedArrows.table(manifests.variant());
        Set<Arrow> allowed = new Arrows(manifests).allowed();
        Set<Arrow> undrawn = new TreeSet<>(allowed);
        undrawn.removeAll(drawn);
        findings.that(undrawn.isEmpty(), "allowed and not drawn: " + undrawn);
        Set<Arrow> missing = new TreeSet<>(drawn);
        missing.removeAll(allowed);
        findings.that(missing.isEmpty(), "drawn and not allowed: " + missing);
    }
}
