package dev.reliability.drill;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks each backend ten times a second whether it is ready, how its health is and how its breakers are, and notes what
 * changes. A backend that does not answer has one question open, not ever more.
 */
final class Prober implements AutoCloseable {
    private static final Duration EACH = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final HttpClient http;
    private final BackendsFile backends;
    private final MicroClock clock;
    private final ScheduledExecutorService thread;
    private final Set<URI> open = ConcurrentHashMap.newKeySet();
    private final Map<String, String> states = new HashMap<>();
    private final List<Transition> transitions = new ArrayList<>();

    private Prober(HttpClient http, BackendsFile backends, MicroClock clock) {
        this.http = http;
        this.backends = backends;
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "prober"));
    }

    static Prober start(HttpClient http, BackendsFile backends, MicroClock clock) {
        Prober prober = new Prober(http, backends, clock);
        var unused = prober.thread.scheduleAtFixedRate(prober::probeAll, 0, EACH.toMillis(), TimeUnit.MILLISECONDS);
        return prober;
    }

    synchronized List<Transition> transitions() {
        return List.copyOf(transitions);
    }

    private void probeAll() {
        try {
            backends.read().forEach(this::probe);
        } catch (IOException unreadable) {
            System.err.println("the backends can not be watched: " + unreadable.getMessage());
        }
    }

    private void probe(String backend, URI address) {
        ask(backend, "ready", address.resolve("/health/ready"), answer -> BackendStates.ready(answer.statusCode()));
        ask(backend, "health", address.resolve("/health"), answer -> BackendStates.health(answer.body()));
        ask(
                backend,
                "breakers",
                address.resolve("/health/circuit-breakers"),
                answer -> BackendStates.breakers(answer.body()));
    }

    private void ask(
            String backend, String what, URI uri, Function<HttpResponse<byte[]>, Map<String, String>> statesOf) {
        if (!open.add(uri)) {
            return;
        }
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        var unused = http.sendAsync(request, BodyHandlers.ofByteArray()).handle((answer, failure) -> {
            open.remove(uri);
            Map<String, String> found = failure == null ? statesOf.apply(answer) : silence(what);
            found.forEach((name, state) -> note(backend, name, state));
            return found;
        });
    }

    /** Of a backend that is silent its breakers' states are not known, which is no change of them. */
    private static Map<String, String> silence(String what) {
        return what.equals("breakers") ? Map.of() : Map.of(what, Transition.NO_ANSWER);
    }

    private synchronized void note(String backend, String what, String state) {
        String before = states.put(backend + " " + what, state);
        if (!state.equals(before)) {
            transitions.add(new Transition(clock.micros(), backend, what, before == null ? "" : before, state));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
