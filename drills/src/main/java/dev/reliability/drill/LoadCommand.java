package dev.reliability.drill;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sends the load, watches the backends, looks after every acknowledged document, and leaves a recording. */
final class LoadCommand {
    private static final Set<String> OPTIONS = Set.of(
            "address",
            "backends",
            "out",
            "rate",
            "seconds",
            "prepared",
            "warm-up",
            "read-new",
            "seed",
            "patience",
            "recovery");
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** What the script waits for before it breaks anything. */
    private static final String STARTED = "started";
    /** What the script writes when it has done all that it does. */
    private static final String OVER = "over";

    private LoadCommand() {}

    static int run(List<String> words, Map<String, String> environment, MicroClock clock) throws Exception {
        Arguments arguments = new Arguments(words, OPTIONS);
        URI address = URI.create(arguments.required("address"));
        Path out = Path.of(arguments.required("out"));
        int rate = arguments.number("rate", 200, 1, 10_000);
        Duration length = Duration.ofSeconds(arguments.number("seconds", 60, 1, 86_400));
        int prepared = arguments.number("prepared", 200, 1, 10_000);
        Duration warmUp = Duration.ofSeconds(arguments.number("warm-up", 10, 0, 3_600));
        Duration patience = Duration.ofSeconds(arguments.number("patience", 15, 1, 600));
        Duration recovery = Duration.ofSeconds(arguments.number("recovery", 60, 0, 3_600));
        int seed = arguments.number("seed", 1, 0, 999_999_999);
        boolean readNew =
                arguments.optional("read-new").map(Boolean::parseBoolean).orElse(true);
        String token = environment.get("TOKEN");
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException("TOKEN is not in the environment");
        }

        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        LibraryApi api = new LibraryApi(http, address, token, patience);
        Documents documents = new Documents(readNew);
        Load load = new Load(api, documents, seed, clock);
        load.prepare(prepared, recovery);
        load.warmUp(rate, warmUp);
        List<Request> requests;
        List<Transition> transitions;
        if (arguments.optional("backends").isPresent()) {
            BackendsFile backends = new BackendsFile(Path.of(arguments.required("backends")));
            try (Prober prober = Prober.start(http, backends, clock)) {
                requests = run(load, rate, length, out);
                transitions = prober.transitions();
            }
        } else {
            requests = run(load, rate, length, out);
            transitions = List.of();
        }
        List<Kept> kept = new Inventory(api, recovery, clock).of(documents.all());
        Recording.write(out, requests, transitions, kept);
        return 0;
    }

    private static List<Request> run(Load load, int rate, Duration length, Path out) throws Exception {
        Files.writeString(out.resolve(STARTED), "");
        return load.run(rate, length, () -> Files.exists(out.resolve(OVER)));
    }
}
