package dev.reliability.hosttests.jersey;

import dev.reliability.hosttests.Host;
import jakarta.ws.rs.core.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.glassfish.jersey.grizzly2.httpserver.GrizzlyHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

/** Jersey on Grizzly, at a free port. */
interface OnJersey extends Host {
    int THREADS = 16;

    @Override
    default Running start(Application application, String path) {
        HttpServer server = GrizzlyHttpServerFactory.createHttpServer(
                URI.create("http://127.0.0.1:0" + path + "/"), ResourceConfig.forApplication(application), false);
        // Its default follows the number of cores; on two of them the event streams alone would take all.
        server.getListener("grizzly")
                .getTransport()
                .setWorkerThreadPoolConfig(ThreadPoolConfig.defaultConfig()
                        .setCorePoolSize(THREADS)
                        .setMaxPoolSize(THREADS));
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        URI address =
                URI.create("http://127.0.0.1:" + server.getListener("grizzly").getPort() + path);
        return new Running() {
            @Override
            public URI address() {
                return address;
            }

            @Override
            public void close() {
                server.shutdownNow();
            }
        };
    }
}
