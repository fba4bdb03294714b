package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LoadTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final StubLibrary library = new StubLibrary();
    private final Documents documents = new Documents(true);

    @AfterEach
    void close() {
        library.close();
    }

    private Load load(Duration patience) {
        return new Load(library.api(patience), documents, 7, MicroClock.of(TimeSource.system()));
    }

    @Test
    void itSendsAtItsRate_aQuarterOfThemUploads() throws Exception {
        Load load = load(PATIENCE);
        load.prepare(20, PATIENCE);
        List<Request> requests = load.run(400, Duration.ofSeconds(1), () -> true);

        assertThat(requests).hasSize(400).allMatch(Request::isServed);
        assertThat(requests.stream()
                        .filter(request -> request.call() == Call.UPLOAD)
                        .count())
                .isBetween(60L, 140L);
        for (Call call : Call.values()) {
            assertThat(requests).anyMatch(request -> request.call() == call);
        }
        List<Long> sent = requests.stream().map(Request::sent).sorted().toList();
        assertThat(sent.get(399) - sent.get(0)).isEqualTo(399 * 2_500);
    }

    @Test
    void everyAcknowledgedUploadIsRemembered_withItsDigest() throws Exception {
        Load load = load(PATIENCE);
        load.prepare(5, PATIENCE);
        List<Request> requests = load.run(100, Duration.ofSeconds(1), () -> true);
        long uploads = requests.stream()
                .filter(request -> request.call() == Call.UPLOAD)
                .count();
        assertThat(documents.all()).hasSize((int) (5 + uploads));
        LibraryApi api = library.api(PATIENCE);
        assertThat(documents.all())
                .allMatch(document -> api.content(document).join().outcome() == Outcome.SERVED);
    }

    /** A client that waited for its answers would send but a few, and hide how many users an outage meets. */
    @Test
    void aBackendThatHangs_isSentAllTheSame() throws Exception {
        Load load = load(PATIENCE);
        load.prepare(5, PATIENCE);
        int before = library.asked();
        library.does(StubLibrary.Fault.HANGS);
        CompletableFuture<List<Request>> running =
                CompletableFuture.supplyAsync(() -> load.run(100, Duration.ofSeconds(1), () -> true));
        await().atMost(PATIENCE).until(() -> library.asked() >= before + 100);
        assertThat(running).isNotDone();
        assertThat(documents.all()).hasSize(5);
        library.wake();
        assertThat(running.get()).hasSize(100).allMatch(Request::isServed);
    }

    @Test
    void waitingCountsFromWhenARequestWasDue() throws Exception {
        Load load = load(Duration.ofMillis(200));
        library.does(StubLibrary.Fault.NONE);
        load.prepare(5, PATIENCE);
        library.does(StubLibrary.Fault.HANGS);
        assertThat(load.run(20, Duration.ofSeconds(1), () -> true))
                .hasSize(20)
                .allMatch(request -> request.outcome() == Outcome.FAILED && request.micros() >= 200_000);
    }

    @Test
    void whatIsBrokenBeforehand_isNoDrill() {
        library.does(StubLibrary.Fault.REFUSES);
        assertThatThrownBy(() -> load(PATIENCE).prepare(5, Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("before anything was broken, 5 of 5 requests were not served, the first one: 503");
    }

    /** On a slow machine what the script does may take longer than was thought: then it is measured to its end. */
    @Test
    void itGoesOnUntilAllIsOver() throws Exception {
        Load load = load(PATIENCE);
        load.prepare(5, PATIENCE);
        AtomicInteger asked = new AtomicInteger();
        assertThat(load.run(200, Duration.ofMillis(10), () -> asked.incrementAndGet() > 50))
                .hasSizeBetween(50, 52);
    }

    @Test
    void warmingUpLeavesNoRequests_butItsDocumentsMustBeKept() throws Exception {
        Load load = load(PATIENCE);
        load.prepare(5, PATIENCE);
        load.warmUp(200, Duration.ofMillis(500));
        int warm = documents.all().size();
        assertThat(warm).isGreaterThan(5);
        assertThat(load.run(20, Duration.ofSeconds(1), () -> true)).hasSize(20);
    }

    @Test
    void onlyPreparedDocumentsAreRead_whereOthersMayBeLost() throws Exception {
        Documents prepared = new Documents(false);
        prepared.add(new Document("first", "", 0));
        prepared.endPreparation();
        prepared.add(new Document("second", "", 0));
        SplittableRandom random = new SplittableRandom(1);
        for (int n = 0; n < 100; n++) {
            assertThat(prepared.any(random).id()).isEqualTo("first");
        }
    }
}
