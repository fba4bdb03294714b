package dev.reliability.sample.notify;

import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.jaxrs.OperationJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the JSON of each backup that failed, or that is incomplete, to an address. On a thread of its own, one after the
 * other: {@link #tell} never waits. Three tries, each of 10 s at most; what fails then is logged once, by the address's
 * host alone, as its path and query may hold secrets. Redirects are not followed. Safe for use by any thread.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhook.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LAST_CHANCE = Duration.ofSeconds(15);
    private static final List<Duration> PAUSES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final int MOST_WAITING = 100;
    /** Whoever restores or cleans up waits for the answer and sees it fail; a proof that fails is seen by nobody. */
    private static final Set<Kind> TOLD = EnumSet.complementOf(EnumSet.of(Kind.RESTORE, Kind.UNDO, Kind.CLEANUP));

    private final HttpRequest.Builder post;
    private final String host;
    private final List<Duration> pauses;
    private final ExecutorService connections = Executors.newCachedThreadPool(daemons("notify-webhook-http"));
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), daemons("notify-webhook"));
    private final HttpClient client;

    /** @param address http or https, with a host; a user and password in it are sent as basic authentication */
    public Webhook(URI address) {
        this(address, PAUSES);
    }

    /** @param pauses before the second and each later try */
    Webhook(URI address, List<Duration> pauses) {
        this.post = request(address);
        this.host = address.getHost();
        this.pauses = List.copyOf(pauses);
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .executor(connections)
                .build();
    }

    /** Tells of an operation that has ended, if it is one to tell of. */
    public void tell(OperationStatus ended) {
        boolean bad = ended.status() == Status.FAILED || ended.status() == Status.INCOMPLETE;
        if (!bad || !TOLD.contains(ended.kind())) {
            return;
        }
        try {
            thread.execute(() -> post(ended));
        } catch (RejectedExecutionException fullOrClosed) {
            failed(ended, "more than " + MOST_WAITING + " are waiting, or it is being stopped");
        }
    }

    private void post(OperationStatus ended) {
        HttpRequest request = post.copy()
                .POST(BodyPublishers.ofString(OperationJson.of(ended)))
                .build();
        String fault = "";
        try {
            for (int attempt = 0; attempt <= pauses.size(); attempt++) {
                if (attempt > 0) {
                    TimeUnit.NANOSECONDS.sleep(pauses.get(attempt - 1).toNanos());
                }
                fault = send(request);
                if (fault.isEmpty()) {
                    return;
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            fault = "it was being stopped";
        }
        failed(ended, fault);
    }

    /** What went wrong; empty if nothing did. An exception's own words may repeat the address. */
    private String send(HttpRequest request) throws InterruptedException {
        try {
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            return status / 100 == 2 ? "" : "it answered " + status;
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private void failed(OperationStatus ended, String why) {
        log.atError()
                .addKeyValue("event", "notification_failed")
                .addKeyValue("operation", ended.id())
                .addKeyValue("host", host)
                .addKeyValue("error", why)
                .log("NOTIFY_WEBHOOK did not take the news of an operation that failed");
    }

    private static HttpRequest.Builder request(URI address) {
        // The client sends no user of an address; the rest stays as it was written.
        String host = address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        URI plain = URI.create(address.getScheme() + "://" + host + address.getRawPath() + query);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(plain).timeout(ANSWER).header("Content-Type", "application/json");
        String user = address.getUserInfo();
        if (user != null) {
            String encoded = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + encoded);
        }
        return request;
    }

    private static ThreadFactory daemons(String name) {
        return run -> {
            Thread made = new Thread(run, name);
            made.setDaemon(true);
            return made;
        };
    }

    /** Takes no more news, and waits up to 15 s until what there is has been told. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_CHANCE.toSeconds(), TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        connections.shutdown();
    }
}
