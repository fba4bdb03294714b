package dev.reliability.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Reads every acknowledged document after the drill and says what became of it. */
final class Inventory {
    private static final int AT_ONCE = 8;
    private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(250);

    private final LibraryApi api;
    private final MicroClock clock;
    private final long givenUpAt;

    /** @param patience for so long in all, documents are asked for again that could not be read */
    Inventory(LibraryApi api, Duration patience, MicroClock clock) {
        this.api = api;
        this.clock = clock;
        this.givenUpAt = clock.micros() + patience.toMillis() * 1_000;
    }

    List<Kept> of(List<Document> documents) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Kept>> asked = new ArrayList<>();
            for (Document document : documents) {
                asked.add(threads.submit(() -> new Kept(document.id(), document.acknowledged(), fate(document))));
            }
            List<Kept> kept = new ArrayList<>();
            for (Future<Kept> each : asked) {
                kept.add(each.get());
            }
            return kept;
        } finally {
            threads.shutdownNow();
        }
    }

    private Fate fate(Document document) throws InterruptedException {
        while (true) {
            Answer answer = api.content(document).join();
            if (answer.outcome() == Outcome.SERVED) {
                return Fate.WHOLE;
            }
            if (answer.outcome() == Outcome.WRONG) {
                return answer.detail().equals("404") ? Fate.MISSING : Fate.CHANGED;
            }
            if (clock.micros() > givenUpAt) {
                return Fate.UNREADABLE;
            }
            TimeUnit.MILLISECONDS.sleep(BEFORE_NEXT_TRY.toMillis());
        }
    }
}
