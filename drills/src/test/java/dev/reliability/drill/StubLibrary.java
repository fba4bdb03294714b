package dev.reliability.drill;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that keeps documents in memory, and does wrong what a test asks it to. */
final class StubLibrary implements AutoCloseable {
    enum Fault {
        NONE,
        /** Answers when {@link #wake} is called. */
        HANGS,
        /** 503 with Retry-After, as the backend says it. */
        REFUSES,
        /** 503 without a word on when to come back. */
        OVERLOADED,
        /** Closes the connection instead of an answer. */
        BREAKS_OFF,
        /** Bytes and SHA-256 are others than were written. */
        FALSIFIES,
        /** Knows no document. */
        FORGETS
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> documents = new ConcurrentHashMap<>();
    private final CountDownLatch awake = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;

    StubLibrary() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    LibraryApi api(Duration patience) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new LibraryApi(http, address(), "a-token", patience);
    }

    void does(Fault next) {
        fault = next;
    }

    void wake() {
        awake.countDown();
    }

    int asked() {
        return asked.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (fault) {
            case HANGS -> {
                try {
                    awake.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                serve(exchange, body);
            }
            case REFUSES -> {
                exchange.getResponseHeaders().add("Retry-After", "2");
                exchange.getResponseHeaders().add("Content-Type", "application/problem+json");
                answer(exchange, 503, "{}".getBytes());
            }
            case OVERLOADED -> answer(exchange, 503, "{}".getBytes());
            case BREAKS_OFF -> exchange.close();
            case FORGETS -> answer(exchange, 404, "{}".getBytes());
            default -> serve(exchange, body);
        }
    }

    private void serve(HttpExchange exchange, byte[] body) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        if (!"Bearer a-token".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{}".getBytes());
        } else if (exchange.getRequestMethod().equals("POST")) {
            String id = UUID.randomUUID().toString();
            documents.put(id, body);
            answer(exchange, 201, json(id).getBytes());
        } else if (path.length == 4) {
            StringBuilder list = new StringBuilder("{\"count\": 1, \"documents\": [");
            documents.keySet().stream().limit(1).forEach(id -> list.append(json(id)));
            answer(exchange, 200, list.append("]}").toString().getBytes());
        } else if (path.length == 5) {
            answer(exchange, 200, json(path[4]).getBytes());
        } else {
            answer(exchange, 200, bytes(path[4]));
        }
    }

    private String json(String id) {
        return "{\"id\": \"" + id + "\", \"sha256\": \"" + Contents.sha256(bytes(id)) + "\"}";
    }

    private byte[] bytes(String id) {
        byte[] bytes = documents.get(id).clone();
        if (fault == Fault.FALSIFIES) {
            bytes[0] ^= 1;
        }
        return bytes;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        wake();
        server.stop(0);
        threads.shutdownNow();
    }
}
