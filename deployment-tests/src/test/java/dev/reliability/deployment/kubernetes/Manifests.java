package dev.reliability.deployment.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All manifests of one variant, as kubectl would apply them. */
record Manifests(Variant variant, List<Resource> all) {
    private static final Map<String, Object[]> TEMPLATES = Map.of(
            "Deployment", new Object[] {"spec", "template"},
            "StatefulSet", new Object[] {"spec", "template"},
            "CronJob", new Object[] {"spec", "jobTemplate", "spec", "template"});

    /** The one of this kind and name; one without content if there is none. */
    Resource the(String kind, String name) {
        return find(kind, name).findFirst().orElse(new Resource(Map.of("kind", kind)));
    }

    Stream<Resource> find(String kind, String name) {
        return of(kind).filter(each -> each.name().equals(name));
    }

    Stream<Resource> of(String kind) {
        return all.stream().filter(each -> each.kind().equals(kind));
    }

    List<Pod> pods() {
        List<Pod> pods = new ArrayList<>();
        for (Resource each : all) {
            Object[] path = TEMPLATES.get(each.kind());
            if (path != null) {
                pods.add(new Pod(each.id(), each.map(path)));
            }
        }
        return pods;
    }

    /** The Pod of this label; one without content if there is none. */
    Pod pod(String app) {
        return pods().stream()
                .filter(each -> each.app().equals(app))
                .findFirst()
                .orElse(new Pod("no Pod " + app, Map.of()));
    }

    /** A container of the Pod of this label; without content if there is none. */
    Object container(String app, String name) {
        Pod pod = pod(app);
        Object main = Tree.at(pod.spec(), "containers", name);
        Object found = main == null ? Tree.at(pod.spec(), "initContainers", name) : main;
        return found == null ? Map.of() : found;
    }

    /** What backend and CronJobs are configured with. */
    String configured(String variable) {
        return the("ConfigMap", "ai-doc-config").text("data", variable);
    }
}
