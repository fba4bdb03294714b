package dev.reliability.deployment.kubernetes;

import dev.reliability.deployment.Project;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The published schemas of one version of Kubernetes and of what the components need beside it, as test resources. Checks
 * strictly: what a server would drop silently is a complaint too.
 */
final class Schemas {
    private static final List<String> OTHERS =
            List.of("prometheus-operator-0.93.0", "gateway-api-1.6.1", "cloudnative-pg-1.30.0");
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final Map<String, Object> definitions = new LinkedHashMap<>();
    private final Map<String, Object> kinds = new LinkedHashMap<>();

    /** @param version such as 1.30 */
    static Schemas ofKubernetes(String version) {
        Schemas schemas = new Schemas();
        schemas.read("kubernetes-" + version);
        OTHERS.forEach(schemas::read);
        return schemas;
    }

    /** What is wrong with a manifest, each with its path. */
    List<String> check(Resource resource) {
        String kind = resource.text("apiVersion") + " " + resource.kind();
        Object schema = kinds.get(kind);
        if (schema == null) {
            return List.of(resource.id() + ": no schema of " + kind);
        }
        List<String> complaints = new ArrayList<>();
        SchemaCheck check = new SchemaCheck(definitions, complaints);
        check.check(resource.id(), resource.content(), schema);
        // Custom resources leave their metadata to Kubernetes.
        check.check(
                resource.id() + ".metadata",
                resource.map("metadata"),
                Objects.requireNonNull(definitions.get(METADATA)));
        return complaints.stream().distinct().toList();
    }

    private void read(String file) {
        Object content = Project.yaml(text("/schemas/" + file + ".json")).get(0);
        Tree.map(content).forEach((name, schema) -> {
            definitions.put(name.toString(), schema);
            for (Object each : Tree.list(schema, "x-kubernetes-group-version-kind")) {
                String group = Tree.text(each, "group");
                kinds.put(
                        (group.isEmpty() ? "" : group + "/") + Tree.text(each, "version") + " "
                                + Tree.text(each, "kind"),
                        schema);
            }
        });
    }

    private static String text(String resource) {
        try (InputStream in = Objects.requireNonNull(Schemas.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
