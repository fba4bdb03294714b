package dev.reliability.sample.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.glassfish.jersey.jetty.JettyHttpContainer;
import org.glassfish.jersey.server.ContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Jakarta REST application on Jetty, by HTTP/1.1. Owns its threads, which are named {@code http-…}. Safe for use by
 * any thread.
 */
public final class HttpServer {
    /** How long requests may still run when the server stops. */
    static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private static final int MOST_THREADS = 200;
    private static final int LEAST_THREADS = 8;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration IDLE_AT_THE_END = Duration.ofMillis(200);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);
    private static final int BACKLOG = 256;

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Server server;
    private final ServerConnector connector;
    private final GracefulHandler requests;

    private HttpServer(Server server, ServerConnector connector, GracefulHandler requests) {
        this.server = server;
        this.connector = connector;
        this.requests = requests;
    }

    /**
     * Starts to serve.
     *
     * @param port 0 for any free one
     * @throws Exception if the port is taken, or the application can not be started
     */
    public static HttpServer start(int port, ResourceConfig application) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
        threads.setName("http");
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(protocol()));
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setErrorHandler(new ProblemErrorHandler());
        JettyHttpContainer container = ContainerFactory.createContainer(JettyHttpContainer.class, application);
        GracefulHandler requests = new GracefulHandler(new BrokenAnswers(container));
        server.setHandler(requests);
        connector.setShutdownIdleTimeout(IDLE_AT_THE_END.toMillis());
        server.setStopTimeout(LONGEST_END.toMillis());
        try {
            server.start();
        } catch (Exception failed) {
            server.stop();
            throw failed;
        }
        return new HttpServer(server, connector, requests);
    }

    private static HttpConfiguration protocol() {
        HttpConfiguration protocol = new HttpConfiguration();
        protocol.setSendServerVersion(false);
        // Else a token that differs from an earlier one of the connection in the case of letters alone is read as that.
        protocol.setHeaderCacheCaseSensitive(true);
        return protocol;
    }

    /** The port that it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Takes no new connections, and returns when what runs is finished, or after {@link #LONGEST_STOP}. A request on a
     * connection that is still open is answered with 503.
     */
    public void stop() throws Exception {
        connector.close();
        // Before Jetty's own stop, which also cuts off requests whose client is silent for a moment.
        try {
            requests.shutdown().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            log.warn(
                    "{} requests still run after {} s and are cut off",
                    requests.getCurrentRequestCount(),
                    LONGEST_STOP.toSeconds());
        }
        server.stop();
    }
}
