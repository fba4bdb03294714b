package dev.reliability.health.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reliability.core.health.HealthService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of its own for probes and metrics, on the JDK's HTTP server: it answers also when the service's threads are all
 * busy, and needs no web framework. {@code GET} and {@code HEAD} of {@code /health}, {@code /health/live}, {@code
 * /health/ready}, {@code /health/startup}, {@code /health/groups/{name}}, {@code /health/circuit-breakers} and, if
 * given, {@code /metrics}. Everything else is a 404 or 405 as {@code application/problem+json}.
 *
 * <pre>{@code
 * ManagementServer management = ManagementServer.builder(health).port(8081).start();
 * }</pre>
 *
 * <p>It asks nobody for a token and shows no details; it belongs on a port that is not reachable from everywhere.
 *
 * <p>The JDK's server sends headers and body apart, and with Nagle's algorithm each answer then takes 40 ms. Unless
 * somebody has set the system property {@code sun.net.httpserver.nodelay}, starting the first ManagementServer sets it
 * to {@code true}; that counts for every such server of the process, and has no effect if one was made before.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";
    /** Also slow clients shall not keep a probe waiting: each holds a thread while it sends its request. */
    private static final int MOST_THREADS = 64;

    private static final int NO_BODY = -1;

    private final Endpoints endpoints;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    ManagementServer(InetSocketAddress address, Endpoints endpoints) throws IOException {
        this.endpoints = endpoints;
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("the management port can not listen on " + address + ": " + e.getMessage(), e);
        }
        threads = new ThreadPoolExecutor(
                0, MOST_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), new NamedThreads());
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A server to be configured, which answers for this. */
    public static ManagementServerBuilder builder(HealthService health) {
        return new ManagementServerBuilder(Objects.requireNonNull(health, "health"));
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once; requests in flight are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = Objects.requireNonNullElse(exchange.getRequestURI().getRawPath(), "");
        try {
            return endpoints.answer(
                    exchange.getRequestMethod(),
                    path,
                    exchange.getRequestHeaders().getFirst("Accept-Language"));
        } catch (RuntimeException e) {
            LOG.error("the management port could not answer {}", path, e);
            return Answer.problem(
                    500, "internal", "Internal Server Error", "The request failed; the reason is in the log.");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(answer.status(), NO_BODY);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? NO_BODY : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static final class NamedThreads implements ThreadFactory {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "management-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
