package dev.reliability.deployment.kubernetes;

import java.util.Arrays;
import java.util.List;

/** The base, alone and with components. */
enum Variant {
    BASE,
    SHARED_FOLDERS("shared-folders"),
    NGINX_LB("nginx-lb"),
    GATEWAY_API("gateway-api"),
    MONITORING("monitoring"),
    CLOUDNATIVE_PG("cloudnative-pg"),
    /** As many as go together, in another order than that of the list above. */
    MANY("monitoring", "cloudnative-pg", "nginx-lb", "shared-folders");

    private final List<String> components;

    Variant(String... components) {
        this.components = List.of(components);
    }

    List<String> components() {
        return components;
    }

    boolean has(Variant component) {
        return components.containsAll(component.components);
    }

    /** All that have this one among their components. */
    static List<Variant> with(Variant component) {
        return Arrays.stream(values()).filter(variant -> variant.has(component)).toList();
    }

    /** All that have none of these. */
    static List<Variant> without(Variant... components) {
        return Arrays.stream(values())
                .filter(variant -> Arrays.stream(components).noneMatch(variant::has))
                .toList();
    }
}
