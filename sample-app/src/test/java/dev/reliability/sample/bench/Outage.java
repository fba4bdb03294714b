package dev.reliability.sample.bench;

import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The steps of {@code scripts/bench.sh outage}: what the users of a backend see of a restore. Needs {@code TOKEN} in its
 * environment.
 *
 * <pre>
 * prepare URL DOCUMENTS        makes so many documents and a backup of the database; prints its id and theirs
 * restore URL CLIENTS MODE BACKUP DOCUMENT...
 *                              restores it while so many clients read and write; prints how many milliseconds went by
 *                              from the first failed to the first successful request that began later, and to the last
 *                              failed one; how many failed, of how many; milliseconds of the longest; and of the restore
 * </pre>
 */
public final class Outage {
    private static final TimeSource TIME = TimeSource.system();
    /** So many requests are answered before a restore begins, and after it has ended. */
    private static final int BEFORE_AND_AFTER = 3_000;

    private Outage() {}

    /** Takes one step. */
    public static void main(String[] args) throws Exception {
        LibraryClient library = new LibraryClient(args[1], System.getenv("TOKEN"));
        switch (args[0]) {
            case "prepare" -> prepare(library, Integer.parseInt(args[2]));
            case "restore" -> {
                List<String> documents = List.of(args).subList(5, args.length);
                restore(library, Integer.parseInt(args[2]), args[3], args[4], documents);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void prepare(LibraryClient library, int documents) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int n = 0; n < documents; n++) {
            ids.add(library.write());
        }
        System.out.println(library.run("backup/create?type=database") + " " + String.join(" ", ids));
    }

    private static void restore(LibraryClient library, int clients, String mode, String backup, List<String> documents)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        Load load = new Load(library, documents);
        List<Future<List<Request>>> running = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            int first = client;
            running.add(threads.submit(() -> load.run(first)));
        }
        load.awaitAnswers(BEFORE_AND_AFTER);
        long began = TIME.nanoTime();
        String unused = library.run("backup/restore/" + backup + "?mode=" + mode);
        Duration took = TIME.since(began);
        load.awaitAnswers(BEFORE_AND_AFTER);
        load.end();
        List<Request> all = new ArrayList<>();
        for (Future<List<Request>> client : running) {
            all.addAll(client.get());
        }
        threads.shutdown();
        System.out.println(told(all) + " " + took.toMillis());
    }

    /** One request, by when it was sent and when it was answered, or was not. */
    private record Request(long sent, long answered, boolean served) {
        long millis() {
            return (answered - sent) / 1_000_000;
        }
    }

    private static String told(List<Request> all) {
        long longest = all.stream().mapToLong(Request::millis).max().orElseThrow();
        List<Request> failed = all.stream().filter(request -> !request.served()).toList();
        long firstFailed = failed.stream().mapToLong(Request::answered).min().orElse(0);
        long lastFailed = failed.stream().mapToLong(Request::answered).max().orElse(0);
        long firstServed = all.stream()
                .filter(request -> request.served() && request.sent() >= firstFailed)
                .mapToLong(Request::answered)
                .min()
                .orElseThrow();
        long outage = failed.isEmpty() ? 0 : firstServed - firstFailed;
        return outage / 1_000_000 + " " + (lastFailed - firstFailed) / 1_000_000 + " " + failed.size() + " "
                + all.size() + " " + longest;
    }

    /** Clients that read documents and, each fourth time, write one, and then rest for a moment. */
    private static final class Load {
        private static final int A_WRITE_EACH = 4;
        private static final long REST_MILLIS = 20;

        private final LibraryClient library;
        private final List<String> documents;
        private final Semaphore answers = new Semaphore(0);
        private final CountDownLatch over = new CountDownLatch(1);

        Load(LibraryClient library, List<String> documents) {
            this.library = library;
            this.documents = documents;
        }

        List<Request> run(int first) throws InterruptedException {
            List<Request> requests = new ArrayList<>();
            for (int n = first; !over.await(REST_MILLIS, TimeUnit.MILLISECONDS); n++) {
                long sent = TIME.nanoTime();
                boolean served = serves(n);
                requests.add(new Request(sent, TIME.nanoTime(), served));
                answers.release();
            }
            return requests;
        }

        void awaitAnswers(int more) throws InterruptedException {
            int unused = answers.drainPermits();
            answers.acquire(more);
        }

        void end() {
            over.countDown();
        }

        private boolean serves(int n) {
            try {
                if (n % A_WRITE_EACH == 0) {
                    String unused = library.write();
                } else {
                    library.read(documents.get(n % documents.size()));
                }
                return true;
            } catch (IOException notServed) {
                return false;
            }
        }
    }
}
