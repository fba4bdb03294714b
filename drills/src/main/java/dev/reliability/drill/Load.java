package dev.reliability.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Sends requests at a fixed rate, whatever becomes of those before: users do not wait for each other. Of a hundred, 25
 * upload a document, 40 read one's bytes, 25 what is known of one, and 10 the list.
 */
final class Load {
    private static final int UPLOADS = 25;
    private static final int CONTENTS = 40;
    private static final int METADATA = 25;
    private static final int PREPARED_AT_ONCE = 8;

    private final LibraryApi api;
    private final Documents documents;
    private final Contents contents;
    private final MicroClock clock;
    private final SplittableRandom random;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private int uploads;

    Load(LibraryApi api, Documents documents, long seed, MicroClock clock) {
        this.api = api;
        this.documents = documents;
        this.contents = new Contents(seed);
        this.random = new SplittableRandom(seed);
        this.clock = clock;
    }

    /**
     * Makes so many documents to be read, and reads each. A backend that has just started is slow at first, so what is not
     * served is done again, until all is served without one failure.
     *
     * @throws IllegalStateException that did not come about in time
     */
    void prepare(int count, Duration patience) throws InterruptedException {
        long until = clock.micros() + patience.toMillis() * 1_000;
        untilServed(until, count, n -> upload());
        documents.endPreparation();
        List<Document> all = documents.all();
        untilServed(until, count, n -> api.content(all.get(n % all.size())));
    }

    /** Sends for so long, and forgets how it went: what has run for a while is what shall be broken, and not its start. */
    void warmUp(int rate, Duration length) {
        List<Request> unused = run(rate, length, () -> true);
        requests.clear();
    }

    private interface Sender {
        CompletableFuture<Answer> send(int n);
    }

    private void untilServed(long until, int count, Sender sender) throws InterruptedException {
        for (Queue<Answer> unserved = atOnce(count, sender); !unserved.isEmpty(); unserved = atOnce(count, sender)) {
            if (clock.micros() > until) {
                throw new IllegalStateException("before anything was broken, " + unserved.size() + " of " + count
                        + " requests were not served, the first one: "
                        + unserved.element().detail());
            }
        }
    }

    private static Queue<Answer> atOnce(int count, Sender sender) throws InterruptedException {
        Semaphore free = new Semaphore(PREPARED_AT_ONCE);
        Queue<Answer> unserved = new ConcurrentLinkedQueue<>();
        for (int n = 0; n < count; n++) {
            free.acquire();
            var unused = sender.send(n).thenAccept(answer -> {
                if (answer.outcome() != Outcome.SERVED) {
                    unserved.add(answer);
                }
                free.release();
            });
        }
        free.acquire(PREPARED_AT_ONCE);
        return unserved;
    }

    /**
     * Sends for so long at least, and until what is to be measured is over; returns when the last request was answered or
     * given up.
     */
    List<Request> run(int rate, Duration length, BooleanSupplier isOver) {
        long start = clock.micros();
        long count = rate * length.toMillis() / 1_000;
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (long n = 0; n < count || !isOver.getAsBoolean(); n++) {
            long due = start + n * 1_000_000 / rate;
            awaitMoment(due);
            sent.add(send(due));
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
        return List.copyOf(requests);
    }

    private void awaitMoment(long due) {
        for (long left = due - clock.micros(); left > 0; left = due - clock.micros()) {
            LockSupport.parkNanos(left * 1_000);
        }
    }

    private CompletableFuture<?> send(long due) {
        int dice = random.nextInt(100);
        if (dice < UPLOADS) {
            return recorded(due, Call.UPLOAD, upload());
        }
        if (dice < UPLOADS + CONTENTS) {
            return recorded(due, Call.CONTENT, api.content(documents.any(random)));
        }
        if (dice < UPLOADS + CONTENTS + METADATA) {
            return recorded(due, Call.METADATA, api.metadata(documents.any(random)));
        }
        return recorded(due, Call.LIST, api.list());
    }

    private CompletableFuture<?> recorded(long due, Call call, CompletableFuture<Answer> answer) {
        return answer.thenAccept(
                got -> requests.add(new Request(due, clock.micros(), call, got.outcome(), got.detail())));
    }

    private CompletableFuture<Answer> upload() {
        int number = uploads++;
        byte[] content = contents.of(number);
        String sha256 = Contents.sha256(content);
        return api.upload("drill-" + number, content).thenApply(answer -> {
            if (answer.id() != null) {
                documents.add(new Document(answer.id(), sha256, clock.micros()));
            }
            return answer;
        });
    }
}
