package dev.reliability.jaxrs;

import dev.reliability.core.backup.BackupService;
import dev.reliability.core.health.HealthMessages;
import dev.reliability.core.health.HealthService;
import dev.reliability.jaxrs.problem.ProblemWriter;
import dev.reliability.jaxrs.security.JwtFilter;
import dev.reliability.jaxrs.security.JwtVerifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The toolkit's endpoints as components for a Jakarta REST application; the whole of an embedding:
 *
 * <pre>{@code
 * public class MyApplication extends Application {
 *     @Override
 *     public Set<Object> getSingletons() {
 *         return ReliabilityApi.builder()
 *                 .health(healthService)
 *                 .backups(backupService)
 *                 .jwt(JwtVerifier.builder().secret(secret).build())
 *                 .build()
 *                 .singletons();
 *     }
 * }
 * }</pre>
 *
 * <p>{@code getSingletons()} is deprecated, and yet the one way to hand over instances that every host knows. The
 * paths are {@code /health…} and {@code /api/v1/backup…}, below the application's own path. What the endpoints answer
 * does not depend on the host: they bring their own writers of JSON and turn their own errors into problems (RFC
 * 9457). Resources of the host are left alone, their errors too, unless it asks for {@link Builder#problemsForAll()}.
 *
 * <p>Safe for use by any thread, and so are the components. An embedder whose server waits for requests when it stops
 * calls {@link #close()} first.
 */
public final class ReliabilityApi implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReliabilityApi.class);

    private final Set<Object> singletons;
    private final EventStreams streams;

    private ReliabilityApi(Set<Object> singletons, EventStreams streams) {
        this.streams = streams;
        this.singletons = Collections.unmodifiableSet(singletons);
    }

    /** Starts with nothing to mount. */
    public static Builder builder() {
        return new Builder();
    }

    /** Resources, filters and writers, to be given to one application; the same ones at every call. */
    public Set<Object> singletons() {
        return singletons;
    }

    /**
     * Ends all event streams within moments and lets no new one begin; everything else is served as before. To be
     * called when the host begins to stop, which would else wait for them; a client connects again, to another replica.
     */
    @Override
    public void close() {
        streams.close();
    }

    /** Collects what to mount; not safe for use by several threads. */
    public static final class Builder {
        private @Nullable HealthService health;
        private @Nullable BackupService backups;
        private @Nullable JwtVerifier jwt;
        private boolean hostAuthentication;
        private boolean problemsForAll;
        private String language = "zh-CN";

        private Builder() {}

        /** Mounts {@code /health…}; default: not mounted. */
        public Builder health(HealthService service) {
            this.health = Objects.requireNonNull(service, "service");
            return this;
        }

        /**
         * Mounts {@code /api/v1/backup…}, where {@link #jwt} or {@link #hostAuthentication()} says who may use it;
         * default: not mounted.
         */
        public Builder backups(BackupService service) {
            this.backups = Objects.requireNonNull(service, "service");
            return this;
        }

        /**
         * Bearer tokens say who asks and what they may: {@code backup:read}, {@code backup:write}, {@code
         * backup:restore}, {@code backup:delete}. Needs jjwt on the class path. Only these endpoints read tokens.
         */
        public Builder jwt(JwtVerifier verifier) {
            this.jwt = Objects.requireNonNull(verifier, "verifier");
            return this;
        }

        /**
         * The host fills the SecurityContext, by its container or a filter of its own; the scopes are asked for as
         * roles. Excludes {@link #jwt}.
         */
        public Builder hostAuthentication() {
            this.hostAuthentication = true;
            return this;
        }

        /**
         * The language of health messages where {@code Accept-Language} asks for none that there is; default zh-CN.
         *
         * @param tag {@code zh-CN} or {@code en}
         */
        public Builder language(String tag) {
            this.language = Objects.requireNonNull(tag, "tag");
            return this;
        }

        /**
         * Errors of the host's own resources become problems too, by an exception mapper for everything that has no
         * nearer one; default: only errors of these endpoints.
         */
        public Builder problemsForAll() {
            this.problemsForAll = true;
            return this;
        }

        /**
         * The components of what was configured.
         *
         * @throws IllegalArgumentException naming every fault
         */
        public ReliabilityApi build() {
            List<String> faults = new ArrayList<>();
            if (health == null && backups == null) {
                faults.add("health and backups are both missing, so there is nothing to mount");
            }
            if (jwt != null && hostAuthentication) {
                faults.add("jwt and hostAuthentication exclude each other");
            }
            HealthMessages messages = null;
            try {
                messages = HealthMessages.of(language);
            } catch (IllegalArgumentException unknown) {
                faults.add("language: " + unknown.getMessage());
            }
            if (messages == null || !faults.isEmpty()) {
                throw new IllegalArgumentException("Reliability API: " + String.join("; ", faults));
            }
            EventStreams streams = new EventStreams();
            return new ReliabilityApi(components(messages, streams), streams);
        }

        private Set<Object> components(HealthMessages messages, EventStreams streams) {
            boolean authenticated = jwt != null || hostAuthentication;
            Set<Object> components = new LinkedHashSet<>();
            if (health != null) {
                components.add(new HealthResource(health, messages, authenticated));
            }
            if (backups != null && authenticated) {
                components.add(new BackupResource(backups));
                components.add(new OperationResource(backups, streams));
            } else if (backups != null) {
                log.warn("the backup endpoints are not mounted, as nothing says who may use them:"
                        + " give ReliabilityApi.builder() jwt(verifier) or hostAuthentication()");
            }
            if (jwt != null) {
                components.add(new EndpointAuthentication(new JwtFilter(jwt)));
            }
            components.add(new ResponseContract(problemsForAll));
            components.add(new JsonBodyWriter());
            components.add(new ProblemWriter());
            if (problemsForAll) {
                components.add(new ProblemMapper());
            }
            return components;
        }
    }
}
