package dev.reliability.hosttests;

import jakarta.ws.rs.core.Application;
import java.util.LinkedHashSet;
import java.util.Set;

/** An application that is a set of components. */
final class Components extends Application {
    private final Set<Object> singletons;

    /** Our components, and those of the host. */
    Components(Set<Object> ours, Object... hosts) {
        this.singletons = new LinkedHashSet<>(ours);
        this.singletons.addAll(Set.of(hosts));
    }

    @Override
    @SuppressWarnings("deprecation") // the only way to hand over instances that every host knows
    public Set<Object> getSingletons() {
        return singletons;
    }
}
