package dev.reliability.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.storage.FaultyObjectStore.Call;
import dev.reliability.core.storage.FaultyObjectStore.Made;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyObjectStoreTest {
    private static final Content CONTENT = new Content(1, 10_000);

    @TempDir
    Path folder;

    private ObjectStore store;
    private FaultyObjectStore faulty;

    @BeforeEach
    void wrap() throws Exception {
        store = LocalObjectStore.open(folder);
        faulty = new FaultyObjectStore(store);
    }

    @Test
    void the_nth_call_with_such_a_key_fails_and_no_other() throws Exception {
        faulty.script(Call.PUT, key -> key.startsWith("b"), 2, Fault.fail());
        put("a");
        put("b1");
        assertThatExceptionOfType(ObjectStoreException.class)
                .isThrownBy(() -> put("b2"))
                .matches(ObjectStoreException::retryable);
        put("b3");

        assertThat(StoreUnderTest.keys(store, "")).containsExactly("a", "b1", "b3");
        assertThat(faulty.calls())
                .containsExactly(
                        new Made(Call.PUT, "a"),
                        new Made(Call.PUT, "b1"),
                        new Made(Call.PUT, "b2"),
                        new Made(Call.PUT, "b3"));
        faulty.assertAllReached();
    }

    @Test
    void a_fault_that_was_not_reached_is_reported() throws Exception {
        faulty.script(Call.PUT, 2, Fault.cutAfter(7));
        put("a");
        assertThatThrownBy(faulty::assertAllReached)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("CUT(7) at PUT number 2, of which there were 1");
    }

    @Test
    void a_write_that_is_cut_or_finds_no_space_publishes_nothing() throws Exception {
        faulty.script(Call.PUT, 1, Fault.cutAfter(5_000))
                .script(Call.PUT, 2, Fault.cutAfter(1_000_000))
                .script(Call.PUT_IF_ABSENT, 1, Fault.noSpace(9_999));
        assertThatThrownBy(() -> put("a")).hasMessageContaining("broke off");
        assertThatThrownBy(() -> put("longer than it")).hasMessageContaining("broke off");
        assertThatThrownBy(() -> faulty.putIfAbsent("b", ObjectAttributes.NONE, CONTENT.body()))
                .isInstanceOf(NoSpaceException.class);
        assertThat(StoreUnderTest.keys(store, "")).isEmpty();
        faulty.assertAllReached();
    }

    @Test
    void a_lost_answer_leaves_the_object_behind() throws Exception {
        faulty.script(Call.PUT_IF_ABSENT, 1, Fault.answerLost());
        assertThatThrownBy(() -> faulty.putIfAbsent("a", ObjectAttributes.NONE, CONTENT.body()))
                .isInstanceOf(ObjectStoreException.class);
        assertThat(StoreUnderTest.read(store, "a")).isEqualTo(CONTENT.bytes());
    }

    @Test
    void reads_are_cut_truncated_or_flipped() throws Exception {
        StoreUnderTest.write(store, "a", CONTENT);
        faulty.script(Call.GET, 1, Fault.cutAfter(5_000))
                .script(Call.GET, 2, Fault.truncate(5_000))
                .script(Call.GET, 3, Fault.flip(5_000));

        try (InputStream in = faulty.get("a")) {
            assertThat(in.readNBytes(5_000)).hasSize(5_000);
            assertThatThrownBy(in::read).isInstanceOf(ObjectStoreException.class);
        }
        assertThat(StoreUnderTest.read(faulty, "a")).hasSize(5_000);
        byte[] flipped = StoreUnderTest.read(faulty, "a");
        flipped[5_000] ^= 1;
        assertThat(flipped).isEqualTo(CONTENT.bytes());
        assertThat(StoreUnderTest.read(faulty, "a")).isEqualTo(CONTENT.bytes());
    }

    @Test
    void a_listing_breaks_off_after_some_objects() throws Exception {
        put("a");
        put("b");
        faulty.script(Call.LIST, 1, Fault.cutAfter(1));
        try (var listed = faulty.list("")) {
            assertThatThrownBy(
                            () -> listed.forEach(info -> assertThat(info.key()).isEqualTo("a")))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void after_the_process_died_no_call_does_anything() throws Exception {
        faulty.script(Call.DELETE, 1, Fault.dieAfter());
        put("a");
        put("b");
        assertThatThrownBy(() -> faulty.delete("a")).hasMessageContaining("dead");
        assertThatThrownBy(() -> faulty.delete("b")).hasMessageContaining("dead");
        assertThatThrownBy(() -> put("c")).hasMessageContaining("dead");
        assertThat(StoreUnderTest.keys(store, "")).containsExactly("b");
    }

    @Test
    void a_hanging_call_goes_on_when_released() throws Exception {
        Fault hang = Fault.hang();
        faulty.script(Call.PUT, 1, hang);
        CompletableFuture<Void> put =
                CompletableFuture.runAsync(() -> assertThatCode(() -> put("a")).doesNotThrowAnyException());
        hang.awaitReached();
        assertThat(store.head("a")).isEmpty();
        hang.release();
        put.get(10, TimeUnit.SECONDS);
        assertThat(store.head("a")).isPresent();
    }

    @Test
    void a_store_that_lies_or_stores_less_says_that_all_is_well() throws Exception {
        StoreUnderTest.write(store, "kept", CONTENT);
        faulty.script(Call.PUT, 1, Fault.lie())
                .script(Call.PUT_IF_ABSENT, 1, Fault.lie())
                .script(Call.PUT, 2, Fault.storeLess(9))
                .script(Call.PUT_IF_ABSENT, 2, Fault.storeLess(9))
                .script(Call.DELETE, 1, Fault.lie());
        for (String key : new String[] {"lied about", "cut"}) {
            assertThat(faulty.put(key, ObjectAttributes.NONE, CONTENT.body()).size())
                    .isEqualTo(CONTENT.size());
            assertThat(faulty.putIfAbsent(key + " too", ObjectAttributes.NONE, CONTENT.body()))
                    .hasValueSatisfying(said -> assertThat(said.size()).isEqualTo(CONTENT.size()));
        }
        faulty.delete("kept");

        assertThat(StoreUnderTest.keys(store, "")).containsExactly("cut", "cut too", "kept");
        assertThat(StoreUnderTest.read(store, "cut")).hasSize(9);
        assertThat(StoreUnderTest.read(store, "cut too")).hasSize(9);
        faulty.assertAllReached();
    }

    @Test
    void a_repeated_call_is_done_twice_so_that_a_creation_finds_itself() throws Exception {
        faulty.script(Call.PUT_IF_ABSENT, 1, Fault.repeat())
                .script(Call.GET, 1, Fault.repeat())
                .script(Call.DELETE, 1, Fault.repeat());
        assertThat(faulty.putIfAbsent("a", ObjectAttributes.NONE, CONTENT.body()))
                .isEmpty();
        assertThat(StoreUnderTest.read(faulty, "a")).isEqualTo(CONTENT.bytes());
        faulty.delete("a");
        assertThat(StoreUnderTest.keys(store, "")).isEmpty();
        faulty.assertAllReached();
    }

    @Test
    void something_else_happens_right_before_a_call() throws Exception {
        faulty.script(
                Call.PUT_IF_ABSENT,
                1,
                Fault.meanwhile(() -> assertThatCode(() -> StoreUnderTest.write(store, "a", Content.EMPTY))
                        .doesNotThrowAnyException()));
        assertThat(faulty.putIfAbsent("a", ObjectAttributes.NONE, CONTENT.body()))
                .isEmpty();
    }

    private void put(String key) throws Exception {
        faulty.put(key, ObjectAttributes.NONE, CONTENT.body());
    }
}
