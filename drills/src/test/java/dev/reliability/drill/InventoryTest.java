package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.core.time.TimeSource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InventoryTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private final StubLibrary library = new StubLibrary();
    private final LibraryApi api = library.api(Duration.ofMinutes(1));
    private final Document document =
            new Document(api.upload("a-name", CONTENT).join().id(), Contents.sha256(CONTENT), 42);

    @AfterEach
    void close() {
        library.close();
    }

    private Fate fate(Duration patience) throws Exception {
        List<Kept> kept = new Inventory(api, patience, MicroClock.of(TimeSource.system())).of(List.of(document));
        assertThat(kept).hasSize(1);
        assertThat(kept.get(0).acknowledged()).isEqualTo(42);
        return kept.get(0).fate();
    }

    @Test
    void theSameBytes_areWhole() throws Exception {
        assertThat(fate(Duration.ZERO)).isEqualTo(Fate.WHOLE);
    }

    @Test
    void otherBytes_areChanged() throws Exception {
        library.does(StubLibrary.Fault.FALSIFIES);
        assertThat(fate(Duration.ZERO)).isEqualTo(Fate.CHANGED);
    }

    @Test
    void whatNobodyKnows_isMissing() throws Exception {
        library.does(StubLibrary.Fault.FORGETS);
        assertThat(fate(Duration.ZERO)).isEqualTo(Fate.MISSING);
    }

    @Test
    void whatCanNotBeRead_isAskedForAgain_andIsNotTakenForWhole() throws Exception {
        library.does(StubLibrary.Fault.REFUSES);
        int before = library.asked();
        assertThat(fate(Duration.ofMillis(600))).isEqualTo(Fate.UNREADABLE);
        assertThat(library.asked() - before).isGreaterThan(1);
    }
}
