package dev.reliability.deployment.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a Deployment, StatefulSet or CronJob makes Pods from.
 *
 * @param owner Kind and name of it
 */
record Pod(String owner, Object template) {
    Map<?, ?> labels() {
        return Tree.map(template, "metadata", "labels");
    }

    /** By which Services and NetworkPolicies find it. */
    String app() {
        return Tree.text(template, "metadata", "labels", "app");
    }

    Object spec() {
        return Tree.map(template, "spec");
    }

    /** Those that run, and those before them. */
    List<Container> containers() {
        List<Container> containers = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            Tree.list(template, "spec", list)
                    .forEach(each -> containers.add(new Container(owner + " " + Tree.text(each, "name"), each)));
        }
        return containers;
    }

    /** Those of the backend's image, which read the backend's configuration. */
    Stream<Container> backendContainers() {
        return containers().stream().filter(each -> each.image().startsWith("ai-doc-backend"));
    }

    /**
     * One of its containers.
     *
     * @param at the Pod's owner, and its name
     */
    record Container(String at, Object content) {
        String image() {
            return Tree.text(content, "image");
        }

        /** The variables that it names itself, by their names. */
        Map<String, Object> env() {
            Map<String, Object> env = new LinkedHashMap<>();
            Tree.list(content, "env").forEach(each -> env.put(Tree.text(each, "name"), each));
            return env;
        }
    }
}
