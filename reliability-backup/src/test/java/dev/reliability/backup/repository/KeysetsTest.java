package dev.reliability.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.repository.Keysets.Outcome;
import dev.reliability.backup.repository.World.Machine;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysetsTest {
    private static final String ALICE = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
    private static final String ALICES_IDENTITY =
            "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    private static final String BOB = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    @TempDir
    Path folder;

    private final World world = new World();
    private Machine a;

    @BeforeEach
    void start() throws IOException {
        a = world.machine("host-a");
    }

    @Test
    void a_keyset_is_written_down_with_its_recipients_when_it_is_first_used() throws IOException {
        assertThat(keysets().introduce(keyset(ALICE, BOB))).isTrue();
        assertThat(keysets().introduce(keyset(BOB, ALICE))).isFalse();

        assertThat(keysets().list()).singleElement().satisfies(known -> {
            assertThat(known.id()).isEqualTo(keyset(ALICE, BOB).id());
            assertThat(known.recipients()).containsExactly(BOB, ALICE);
            assertThat(known.checkedAt()).isNull();
        });
    }

    @Test
    void without_encryption_there_is_nothing_to_write_down() throws IOException {
        assertThat(keysets().introduce(Keyset.plain())).isFalse();
        assertThat(keysets().list()).isEmpty();
    }

    @Test
    void a_check_says_of_each_keyset_whether_an_identity_opens_it_and_notes_when() throws IOException {
        keysets().introduce(keyset(ALICE));
        keysets().introduce(keyset(BOB));

        assertThat(keysets().check(alices())).hasSize(2).allSatisfy(check -> {
            boolean hers = check.keyset().recipients().contains(ALICE);
            assertThat(check.outcome()).isEqualTo(hers ? Outcome.OPENS : Outcome.CLOSED);
            assertThat(check.keyset().checkedAt() != null).isEqualTo(hers);
        });
        assertThat(keysets().list())
                .filteredOn(known -> known.checkedAt() != null)
                .hasSize(1);
    }

    @Test
    void a_writer_that_died_before_it_wrote_the_keyset_down_is_no_hindrance() throws IOException {
        world.store.put(Layout.canary(keyset(ALICE).id()), "half of a canary");

        assertThat(keysets().introduce(keyset(ALICE))).isTrue();
        assertThat(keysets().check(alices()))
                .singleElement()
                .extracting(Keysets.Check::outcome)
                .isEqualTo(Outcome.OPENS);
    }

    @Test
    void a_canary_that_is_missing_or_another_ones_is_named() throws IOException {
        keysets().introduce(keyset(ALICE));
        keysets().introduce(keyset(ALICE, BOB));
        String mine = Layout.canary(keyset(ALICE).id());
        byte[] anothers;
        try (var in = world.store.get(Layout.canary(keyset(ALICE, BOB).id()))) {
            anothers = in.readAllBytes();
        }
        world.store.put(mine, ObjectAttributes.NONE, ObjectBody.of(anothers));
        assertDamaged(mine + " opens, and is not the canary");

        world.store.put(mine, ObjectAttributes.NONE, ObjectBody.of(Arrays.copyOf(anothers, anothers.length - 1)));
        assertDamaged(mine + " is cut or changed");

        world.store.delete(mine);
        assertDamaged(mine + " is missing");
    }

    private void assertDamaged(String words) throws IOException {
        assertThat(keysets().check(alices()))
                .as("the other one is tried as well")
                .extracting(Keysets.Check::outcome)
                .containsExactlyInAnyOrder(Outcome.DAMAGED, Outcome.OPENS);
        assertThat(keysets().check(alices()))
                .anySatisfy(check -> assertThat(check.words()).contains(words));
    }

    private Keysets keysets() {
        return a.repository.keysets();
    }

    private static Keyset keyset(String... recipients) {
        return Keyset.of(Recipients.of(List.of(recipients)), new byte[] {1});
    }

    private Identities alices() throws IOException {
        return Identities.read(Files.writeString(folder.resolve("alice.txt"), ALICES_IDENTITY + "\n"));
    }
}
