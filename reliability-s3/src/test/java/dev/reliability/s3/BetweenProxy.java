package dev.reliability.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between a store and its server, and changes what passes, as other servers and broken networks do. */
final class BetweenProxy implements AutoCloseable {
    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "connection", "content-length", "transfer-encoding", "expect", "upgrade");

    /** What becomes of a request; null: it passes. */
    interface Rule {
        Deed apply(String method, String pathAndQuery, String ifNoneMatch);
    }

    enum Deed {
        /** The header If-None-Match does not reach the server. */
        FORGET_IF_NONE_MATCH,
        /** The server does not get the request; the answer is 501 NotImplemented. */
        NOT_IMPLEMENTED,
        /** The server does what it is asked, but the connection breaks before the answer. */
        LOSE_ANSWER,
        /** The server does nothing, and says that an error has passed: 500 InternalError. */
        INTERNAL_ERROR,
        /** The server does what it is asked, and says the same. */
        INTERNAL_ERROR_AFTERWARDS,
        /** Half of the answer arrives, then the connection breaks. */
        CUT_ANSWER,
        /** The server is too busy: 503 SlowDown. */
        SLOW_DOWN,
        /** The server is full: 507 XMinioStorageFull. */
        FULL,
        /** Something that is no S3 server answers 200 in HTML. */
        WEB_PAGE
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI target;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile Rule rule = (method, path, ifNoneMatch) -> null;

    BetweenProxy(String target) throws IOException {
        this.target = URI.create(target);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on. */
    void rule(Rule rule) {
        this.rule = rule;
    }

    /** Method, path and query of each request so far. */
    List<String> seen() {
        return new ArrayList<>(seen);
    }

    private void pass(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        seen.add(exchange.getRequestMethod() + " " + path);
        String ifNoneMatch = exchange.getRequestHeaders().getFirst("If-None-Match");
        Deed deed = rule.apply(exchange.getRequestMethod(), path, ifNoneMatch == null ? "" : ifNoneMatch);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (deed == Deed.NOT_IMPLEMENTED) {
            error(exchange, 501, "NotImplemented");
        } else if (deed == Deed.SLOW_DOWN) {
            error(exchange, 503, "SlowDown");
        } else if (deed == Deed.INTERNAL_ERROR) {
            error(exchange, 500, "InternalError");
        } else if (deed == Deed.FULL) {
            error(exchange, 507, "XMinioStorageFull");
        } else if (deed == Deed.WEB_PAGE) {
            answer(exchange, 200, "text/html", "<html>welcome</html>".getBytes());
        } else {
            forward(exchange, body, deed);
        }
    }

    private void forward(HttpExchange exchange, byte[] body, Deed deed) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean forgotten = deed == Deed.FORGET_IF_NONE_MATCH && lower.equals("if-none-match");
            if (!NOT_FORWARDED.contains(lower) && !forgotten) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (deed == Deed.LOSE_ANSWER) {
            // Without an answer, the JDK's server closes the connection.
            exchange.close();
            return;
        }
        if (deed == Deed.INTERNAL_ERROR_AFTERWARDS) {
            error(exchange, 500, "InternalError");
            return;
        }
        response.headers().map().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        byte[] answer = response.body();
        if (exchange.getRequestMethod().equals("HEAD") || response.statusCode() == 204) {
            response.headers()
                    .firstValue("content-length")
                    .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
            exchange.sendResponseHeaders(response.statusCode(), -1);
        } else {
            exchange.sendResponseHeaders(response.statusCode(), answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer, 0, deed == Deed.CUT_ANSWER ? answer.length / 2 : answer.length);
        }
        exchange.close();
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        String xml = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>scripted</Message></Error>";
        answer(exchange, status, "application/xml", xml.getBytes());
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
