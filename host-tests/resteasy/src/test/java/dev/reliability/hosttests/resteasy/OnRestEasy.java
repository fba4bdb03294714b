package dev.reliability.hosttests.resteasy;

import dev.reliability.hosttests.Host;
import io.undertow.Undertow;
import jakarta.ws.rs.core.Application;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.Consumer;
import org.jboss.resteasy.plugins.server.undertow.UndertowJaxrsServer;

/** RESTEasy on Undertow, at a free port. */
interface OnRestEasy extends Host {
    @Override
    default Running start(Application application, String path) {
        return start(server -> server.deploy(application, path.isEmpty() ? "/" : path), path);
    }

    /** Starts a server that is told what to deploy. */
    default Running start(Consumer<UndertowJaxrsServer> deploy, String path) {
        PortedServer server = new PortedServer();
        server.start(Undertow.builder().addHttpListener(0, "127.0.0.1"));
        deploy.accept(server);
        URI address = URI.create("http://127.0.0.1:" + server.port() + path);
        return new Running() {
            @Override
            public URI address() {
                return address;
            }

            @Override
            public void close() {
                server.stop();
            }
        };
    }

    /** Tells the port that it got. */
    final class PortedServer extends UndertowJaxrsServer {
        int port() {
            return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
        }
    }
}
