package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One edit of rendered manifests that a rule must notice.
 *
 * @param rule the rule's name
 * @param variant what is edited
 * @param on Kind/name of the manifest
 * @param edit {@code set} with {@code to}, {@code remove} or {@code add} with {@code to}, each with a path; or {@code drop},
 *     all of it
 */
record Mutation(String rule, Variant variant, String on, Map<?, ?> edit) {
    /** A list of mutations in a file of YAML. */
    static List<Mutation> in(String file) {
        List<Mutation> mutations = new ArrayList<>();
        for (Object each : (List<?>) Project.yaml(Project.text(file)).get(0)) {
            String variant = Tree.text(each, "in");
            mutations.add(new Mutation(
                    Tree.text(each, "rule"),
                    variant.isEmpty() ? Variant.BASE : Variant.valueOf(variant),
                    Tree.text(each, "on"),
                    Tree.map(each)));
        }
        return mutations;
    }

    /** The manifests after the edit; the given ones stay as they are. */
    Manifests applied(Manifests manifests) {
        List<Resource> edited = new ArrayList<>();
        boolean found = false;
        for (Resource each : manifests.all()) {
            if (each.id().equals(on)) {
                found = true;
                if (!edit.containsKey("drop")) {
                    Object content = Tree.copy(each.content());
                    change(content);
                    edited.add(new Resource(content));
                }
            } else {
                edited.add(each);
            }
        }
        if (!found) {
            throw new AssertionError("there is no " + on + " in " + variant);
        }
        return new Manifests(manifests.variant(), edited);
    }

    private void change(Object content) {
        String kind = List.of("set", "remove", "add").stream()
                .filter(edit::containsKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no edit: " + this));
        List<?> path = (List<?>) edit.get(kind);
        Object parent = Tree.at(content, path.subList(0, path.size() - 1).toArray());
        Object last = path.get(path.size() - 1);
        Object before = Tree.at(parent, last);
        switch (kind) {
            case "set" -> put(parent, last, edit.get("to"));
            case "remove" -> remove(parent, last, before);
            default -> add(before);
        }
        if (kind.equals("set") && edit.get("to").equals(before)) {
            throw new AssertionError("it is so already: " + this);
        }
    }

    @SuppressWarnings("unchecked")
    private void put(@Nullable Object parent, Object key, Object value) {
        if (parent instanceof Map<?, ?> map) {
            ((Map<Object, Object>) map).put(key, Tree.copy(value));
        } else if (parent instanceof List<?> list && Tree.index(list, key) >= 0) {
            ((List<Object>) list).set(Tree.index(list, key), Tree.copy(value));
        } else {
            throw new AssertionError("nothing is there: " + this);
        }
    }

    private void remove(@Nullable Object parent, Object key, @Nullable Object before) {
        if (before == null) {
            throw new AssertionError("nothing is there: " + this);
        }
        if (parent instanceof Map<?, ?> map) {
            map.remove(key);
        } else {
            List<?> list = (List<?>) parent;
            list.remove(Tree.index(list, key));
        }
    }

    @SuppressWarnings("unchecked")
    private void add(@Nullable Object list) {
        if (!(list instanceof List<?>)) {
            throw new AssertionError("no list is there: " + this);
        }
        ((List<Object>) list).add(Tree.copy(edit.get("to")));
    }
}
