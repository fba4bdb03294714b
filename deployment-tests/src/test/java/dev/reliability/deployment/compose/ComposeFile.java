package dev.reliability.deployment.compose;

import dev.reliability.deployment.Project;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** docker-compose.yml as Compose reads it: what {@code <<} names is merged, variables keep their {@code ${…}}. */
final class ComposeFile {
    private final Map<String, Object> file;

    private ComposeFile(Map<String, Object> file) {
        this.file = file;
    }

    static ComposeFile read() {
        return new ComposeFile(
                map(merged(Project.yaml(Project.text("docker-compose.yml")).get(0))));
    }

    private static Object merged(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(ComposeFile::merged).toList();
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        Object base = map.get("<<");
        if (base != null) {
            List<Object> bases = new ArrayList<>(base instanceof List<?> several ? several : List.of(base));
            // The first of them wins.
            for (int i = bases.size() - 1; i >= 0; i--) {
                result.putAll(map(merged(bases.get(i))));
            }
        }
        map.forEach((key, each) -> {
            if (!key.equals("<<")) {
                result.put(key.toString(), merged(each));
            }
        });
        return result;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    Map<String, Service> services() {
        Map<String, Service> services = new LinkedHashMap<>();
        map(file.get("services")).forEach((name, value) -> services.put(name, new Service(name, map(value))));
        return services;
    }

    Service service(String name) {
        Service service = services().get(name);
        if (service == null) {
            throw new AssertionError("no service " + name);
        }
        return service;
    }

    Map<String, Object> volumes() {
        return map(file.get("volumes"));
    }

    Map<String, Object> networks() {
        return map(file.get("networks"));
    }

    /** One service, whatever it is made of. */
    record Service(String name, Map<String, Object> settings) {
        Object get(String setting) {
            return settings.get(setting);
        }

        String text(String setting) {
            return String.valueOf(settings.get(setting));
        }

        List<String> list(String setting) {
            return settings.get(setting) instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of();
        }

        Map<String, Object> environment() {
            return settings.containsKey("environment") ? map(settings.get("environment")) : Map.of();
        }

        /** The condition under which it starts after another service; empty if it does not wait for that. */
        String waitsFor(String other) {
            Object condition = settings.containsKey("depends_on")
                    ? map(settings.get("depends_on")).get(other)
                    : null;
            return condition == null ? "" : String.valueOf(map(condition).get("condition"));
        }

        boolean endsByItself() {
            return text("restart").equals("no");
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
