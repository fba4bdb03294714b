package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.storage.Fault;
import dev.reliability.core.storage.FaultyObjectStore;
import dev.reliability.core.storage.FaultyObjectStore.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final World world = new World();
    private final FaultyObjectStore seenByA = new FaultyObjectStore(world.store);
    private Machine a;
    private Machine b;
    private RunningOperation restore;
    private Journal journal;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a", seenByA, SigningKeys.of(List.of(World.KEY)));
        b = world.machine("host-b");
        restore = a.holding(Kind.RESTORE, BackupType.FULL);
        journal = a.repository.journals().open(restore.lease(), restore.id());
    }

    @Test
    void steps_are_read_back_in_order_with_their_facts() throws IOException {
        journal.append("scratch_created", Map.of("scratch", "app_r_1", "comment", "\"多\"\n"));
        journal.append("switching", Map.of());

        Journals.Entry entry = b.repository.journals().read(restore.id()).orElseThrow();

        assertThat(entry.steps()).isEqualTo(journal.steps());
        assertThat(entry.steps()).extracting(Journals.Step::name).containsExactly("scratch_created", "switching");
        assertThat(entry.steps().get(0).facts()).isEqualTo(Map.of("scratch", "app_r_1", "comment", "\"多\"\n"));
        assertThat(entry.closed()).isFalse();
    }

    @Test
    void a_closed_journal_stays_readable_until_it_is_removed() throws IOException {
        journal.append("committed", Map.of());
        journal.close();
        assertThat(b.repository.journals().list(damaged -> {}))
                .singleElement()
                .satisfies(entry -> assertThat(entry.closed()).isTrue());

        a.repository.journals().remove(restore.lease(), restore.id());

        assertThat(b.repository.journals().list(damaged -> {})).isEmpty();
        assertThat(world.store.keys(Layout.JOURNALS)).isEmpty();
    }

    @Test
    void a_successor_adds_to_the_journal_and_the_sleeper_can_not_take_that_away() throws Exception {
        journal.append("switching", Map.of());
        a.frozen = true;
        Lease lease = b.repository.leases().acquire("op-b", Duration.ofMinutes(1), holder -> {});
        Journal successors = b.repository.journals().open(lease, restore.id());
        assertThat(successors.steps()).extracting(Journals.Step::name).containsExactly("switching");
        successors.append("undone", Map.of());
        successors.close();

        assertThatThrownBy(() -> journal.append("switched", Map.of())).isInstanceOf(LeaseLostException.class);
        // The write of a sleeper that had passed that check and stood still only then.
        world.store.put(Layout.journal(restore.id()), world.store.text(Layout.journal(restore.id())));

        Journals.Entry entry = b.repository.journals().read(restore.id()).orElseThrow();
        assertThat(entry.closed()).isTrue();
        assertThat(entry.steps()).extracting(Journals.Step::name).containsExactly("switching", "undone");
    }

    @Test
    void a_journal_that_is_opened_again_keeps_its_steps() throws IOException {
        journal.append("one", Map.of());

        Journal again = a.repository.journals().open(restore.lease(), restore.id());
        again.append("two", Map.of());

        assertThat(b.repository.journals().read(restore.id()).orElseThrow().steps())
                .extracting(Journals.Step::name)
                .containsExactly("one", "two");
    }

    @Test
    void after_a_write_that_may_still_come_nothing_is_appended() throws IOException {
        journal.append("one", Map.of());
        seenByA.script(Call.PUT, key -> key.startsWith(Layout.JOURNALS), 1, Fault.fail());

        assertThatThrownBy(() -> journal.append("two", Map.of())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> journal.append("three", Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("next holder");
        assertThat(b.repository.journals().read(restore.id()).orElseThrow().steps())
                .hasSize(1);
        seenByA.assertAllReached();
    }

    @Test
    void a_journal_that_was_changed_or_planted_is_not_read() throws IOException {
        journal.append("scratch_created", Map.of("scratch", "app_r_1"));
        String key = Layout.journal(restore.id());
        String honest = world.store.text(key);

        world.store.put(key, honest.replace("app_r_1", "live_db"));
        assertThatThrownBy(() -> b.repository.journals().read(restore.id()))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("sha256");

        Machine stranger = world.machine("host-x", world.store, SigningKeys.none());
        world.store.delete(key);
        restore.lease().close();
        stranger.repository
                .journals()
                .open(stranger.hold("op-x"), restore.id())
                .append("scratch_created", Map.of("scratch", "live_db"));
        assertThatThrownBy(() -> b.repository.journals().read(restore.id()))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining("not signed");
    }

    @Test
    void a_damaged_journal_is_named_and_hides_no_other() throws IOException {
        journal.append("scratch_created", Map.of("scratch", "app_r_1"));
        RunningOperation second = a.repository.operations().start(Kind.RESTORE, null, null, new Caller("alice"));
        a.repository.journals().open(restore.lease(), second.id()).append("one", Map.of());
        String key = Layout.journal(restore.id());
        world.store.put(key, world.store.text(key).replace("app_r_1", "live_db"));

        List<String> damaged = new ArrayList<>();
        List<Journals.Entry> entries =
                b.repository.journals().list(journal -> damaged.add(String.valueOf(journal.getMessage())));

        assertThat(entries).extracting(Journals.Entry::operationId).containsExactly(second.id());
        assertThat(damaged).singleElement().asString().contains(key);
    }
}
