package dev.reliability.hosttests.resteasy;

import dev.reliability.hosttests.Call;
import dev.reliability.hosttests.HostContract;
import dev.reliability.jaxrs.ReliabilityFeature;
import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import io.undertow.servlet.api.LoginConfig;
import jakarta.ws.rs.core.Application;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.Set;
import org.jboss.resteasy.core.ResteasyDeploymentImpl;
import org.junit.jupiter.api.Test;

/** What only this host shows: a container's own users and roles, and a Feature that mounts no resources. */
class RestEasyContainerTest extends HostContract implements OnRestEasy {
    @Test
    void rolesOfTheContainer_areTheScopes() {
        ResteasyDeploymentImpl application = new ResteasyDeploymentImpl();
        application.setApplication(application(hostAuthenticated().build().singletons()));

        try (Running running = start(
                server -> server.deploy(server.undertowDeployment(application, "/")
                        .setClassLoader(getClass().getClassLoader())
                        .setDeploymentName("roles")
                        .setContextPath("/")
                        .setIdentityManager(new Users())
                        .setLoginConfig(new LoginConfig("BASIC", "host"))),
                "")) {
            list(running).send().has(401);
            list(running).with("Authorization", basic("write")).send().has(403);
            list(running).with("Authorization", basic("read")).send().has(200);
        }
    }

    @Test
    void feature_mountsNoResources_asItsDocumentationSays() {
        try (Running running =
                start(application(Set.of(new ReliabilityFeature(standard().build()))), "")) {
            Call.to(running, "GET", "/health").send().has(404);
        }
    }

    private static Call list(Running running) {
        return Call.to(running, "GET", "/api/v1/backup/list");
    }

    private static String basic(String user) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + Users.PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private static Application application(Set<Object> components) {
        return new Application() {
            @Override
            @SuppressWarnings("deprecation")
            public Set<Object> getSingletons() {
                return components;
            }
        };
    }

    /** A container's users, each with the one role that it is named for. */
    private static final class Users implements IdentityManager {
        static final String PASSWORD = "secret";

        @Override
        public Account verify(String id, Credential credential) {
            boolean known =
                    credential instanceof PasswordCredential given && PASSWORD.equals(new String(given.getPassword()));
            return known ? new User(id) : null;
        }

        @Override
        public Account verify(Account account) {
            return account;
        }

        @Override
        public Account verify(Credential credential) {
            return null;
        }
    }

    private record User(String name) implements Account {
        @Override
        public Principal getPrincipal() {
            return () -> name;
        }

        @Override
        public Set<String> getRoles() {
            return Set.of("backup:" + name);
        }
    }
}
