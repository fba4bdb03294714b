package dev.reliability.backup.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SigningKeysTest {

    @Test
    void keys_are_counted_in_bytes_of_utf_8() {
        assertThat(SigningKeys.of(List.of("密".repeat(11))).count()).isEqualTo(1);
        assertThat(SigningKeys.none().isEmpty()).isTrue();
    }

    @Test
    void each_key_that_is_too_short_is_named_by_its_place_and_never_by_its_text() {
        assertThatThrownBy(() -> SigningKeys.of(List.of("hunter2", "x".repeat(32), "swordfish")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("signing key 1 has 7 bytes, needs 32 or more")
                .hasMessageContaining("signing key 3 has 9 bytes")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("swordfish");
    }

    @Test
    void keys_are_not_printed() {
        String secret = "correct horse battery staple, and more of it";

        assertThat(SigningKeys.of(List.of(secret)).toString()).isEqualTo("SigningKeys[1]");
    }
}
