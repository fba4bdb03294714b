package dev.reliability.deployment.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads parsed YAML by paths: keys of maps, and elements of lists by their index or by the name that they have. */
final class Tree {
    private Tree() {}

    /** What is at a path; null if there is nothing. */
    static @Nullable Object at(@Nullable Object node, Object... path) {
        Object here = node;
        for (Object step : path) {
            here = child(here, step);
        }
        return here;
    }

    /** The text at a path, also that of a number; empty if there is none. */
    static String text(@Nullable Object node, Object... path) {
        Object found = at(node, path);
        return found == null ? "" : found.toString();
    }

    /** The whole number at a path; 0 if there is none. */
    static int number(@Nullable Object node, Object... path) {
        Object found = at(node, path);
        return found instanceof Integer number ? number : 0;
    }

    /** The list at a path; empty if there is none. */
    static List<?> list(@Nullable Object node, Object... path) {
        return at(node, path) instanceof List<?> list ? list : List.of();
    }

    /** The map at a path; empty if there is none. */
    static Map<?, ?> map(@Nullable Object node, Object... path) {
        return at(node, path) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** A copy that shares nothing which could be changed. */
    static Object copy(Object node) {
        if (node instanceof Map<?, ?> map) {
            Map<Object, Object> copied = new LinkedHashMap<>();
            map.forEach((key, value) -> copied.put(key, copy(value)));
            return copied;
        }
        if (node instanceof List<?> list) {
            List<Object> copied = new ArrayList<>();
            list.forEach(element -> copied.add(copy(element)));
            return copied;
        }
        return node;
    }

    /** The index in a list that a step stands for; -1 if there is none. */
    static int index(List<?> list, Object step) {
        if (step instanceof Integer index) {
            return index < list.size() ? index : -1;
        }
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> map && step.equals(map.get("name"))) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable Object child(@Nullable Object node, Object step) {
        if (node instanceof Map<?, ?> map) {
            return map.get(step);
        }
        if (node instanceof List<?> list) {
            int index = index(list, step);
            return index < 0 ? null : list.get(index);
        }
        return null;
    }
}
