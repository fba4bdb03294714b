package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.time.ManualTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final ManualTime time = new ManualTime();
    private final Patience patience = new Patience(time, Duration.ofMinutes(30));
    private int looks;

    @Test
    void it_ends_when_the_limit_is_reached_and_says_what_was_silent_for_how_long() {
        assertThatThrownBy(() -> patience.await("pg_dump", this::silence))
                .isInstanceOf(StuckException.class)
                .hasMessageStartingWith("nothing came from pg_dump for 30 min, the limit is 30 min, so it was ended");
        assertThat(looks).isEqualTo(30);
    }

    @Test
    void a_sign_of_life_begins_it_anew() throws Exception {
        awaitSignAfter(29, patience);
        awaitSignAfter(29, patience);
    }

    @Test
    void what_happens_between_two_waits_is_not_silence() throws Exception {
        time.advance(Duration.ofHours(5));

        awaitSignAfter(29, patience);
    }

    @Test
    void zero_is_no_limit() throws Exception {
        awaitSignAfter(100_000, new Patience(time, Duration.ZERO));
    }

    private void awaitSignAfter(int minutes, Patience with) throws Exception {
        looks = 0;
        String sign = with.await("pg_dump", millis -> {
            String nothing = silence(millis);
            return looks == minutes ? "a sign" : nothing;
        });
        assertThat(sign).isEqualTo("a sign");
    }

    /** A minute of it. */
    private @Nullable String silence(long millis) {
        assertThat(millis).isPositive();
        looks++;
        time.advance(Duration.ofMinutes(1));
        return null;
    }
}
