package dev.reliability.deployment.nginx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A backend that answers each request with its own name, until it is told to do otherwise. */
final class StubBackend implements AutoCloseable {
    /** What is done with a request. */
    interface Behaviour {
        void handle(HttpExchange exchange) throws IOException;
    }

    private final String name;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int readiness = 200;
    private volatile boolean silent;
    private volatile boolean tooBusyForProbes;
    private volatile Behaviour behaviour = this::answer;

    private StubBackend(String name) throws IOException {
        this.name = name;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static StubBackend start(String name) throws IOException {
        return new StubBackend(name);
    }

    /** Where it listens, as BACKENDS wants it. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Method and address of each request but the probes. */
    List<String> requests() {
        return requests;
    }

    void readiness(int status) {
        readiness = status;
    }

    /** As a stopped process: connections are accepted, nothing is answered, probes neither. */
    void beSilent() {
        silent = true;
    }

    /** Requests are served, and no probe gets its answer in time. */
    void beTooBusyForProbes() {
        tooBusyForProbes = true;
    }

    void behave(Behaviour changed) {
        behaviour = changed;
    }

    /** As a process that is killed while it works: the connection ends without an answer. */
    void breakConnections() {
        behave(exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.close();
        });
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean probe = exchange.getRequestURI().getPath().equals("/health/ready");
        if (silent || (probe && tooBusyForProbes)) {
            waitForTheEnd();
            exchange.close();
            return;
        }
        if (probe) {
            exchange.sendResponseHeaders(readiness, -1);
            exchange.close();
            return;
        }
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        behaviour.handle(exchange);
    }

    /** Blocks until this backend is closed. */
    void waitForTheEnd() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the request and answers 200 with the name. */
    void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        respond(exchange, 200, "text/plain", name);
    }

    static void respond(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
