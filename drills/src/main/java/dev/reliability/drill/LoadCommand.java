package dev.reliability.drill;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends the load, watches the backends, looks after every acknowledged document, and leaves a recording. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = {
            "Sends requests, and leaves requests.csv, transitions.csv and documents.csv in a folder. The file 'started' appears"
                    + " there when the load begins; it goes on until the file 'over' is there, but for --seconds at least. TOKEN is"
                    + " in the environment."
        })
final class LoadCommand implements Callable<Integer> {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** After so long a client gives up. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** So long the backends have before and after the load, to serve all that they are asked. */
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final int PREPARED = 200;
    private static final long SEED = 1;
    /** What the script waits for before it breaks anything. */
    private static final String STARTED = "started";
    /** What the script writes when it has done all that it does. */
    private static final String OVER = "over";

    private final Map<String, String> environment;
    private final MicroClock clock;

    @Option(names = "--address", required = true, paramLabel = "URL", description = "of the API, without a path")
    private URI address = URI.create("");

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "where the recording is left")
    private Path out = Path.of("");

    @Option(names = "--rate", required = true, paramLabel = "N", description = "requests a second, 1 or more")
    private int rate;

    @Option(names = "--seconds", required = true, paramLabel = "N", description = "how long at least")
    private int seconds;

    @Option(
            names = "--backends",
            paramLabel = "FILE",
            description = "has a line NAME URL for each backend that is watched; may change meanwhile")
    private @Nullable Path backends;

    @Option(
            names = "--read-prepared-only",
            description = "reads no document that was uploaded under the load, where those may be lost")
    private boolean readPreparedOnly;

    LoadCommand(Map<String, String> environment, MicroClock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public Integer call() throws Exception {
        String token = environment.get("TOKEN");
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException("TOKEN is not in the environment");
        }
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        LibraryApi api = new LibraryApi(http, address, token, PATIENCE);
        Documents documents = new Documents(!readPreparedOnly);
        Load load = new Load(api, documents, SEED, clock);
        load.prepare(PREPARED, RECOVERY);
        load.warmUp(rate, WARM_UP);
        List<Request> requests;
        List<Transition> transitions = List.of();
        if (backends == null) {
            requests = run(load);
        } else {
            try (Prober prober = Prober.start(http, new BackendsFile(backends), clock)) {
                requests = run(load);
                transitions = prober.transitions();
            }
        }
        List<Kept> kept = new Inventory(api, RECOVERY, clock).of(documents.all());
        Recording.write(out, requests, transitions, kept);
        return 0;
    }

    private List<Request> run(Load load) throws Exception {
        Files.writeString(out.resolve(STARTED), "");
        return load.run(rate, Duration.ofSeconds(seconds), () -> Files.exists(out.resolve(OVER)));
    }
}
