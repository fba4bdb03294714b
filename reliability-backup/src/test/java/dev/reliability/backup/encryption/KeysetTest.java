package dev.reliability.backup.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysetTest {
    private static final String ALICE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    private static final String BOB = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
    private static final String SHA256 = "ab".repeat(32);

    @Test
    void plain_callsAContentByItsHash_andStoresItAsItIs() throws IOException {
        Keyset plain = Keyset.plain();

        assertThat(plain.id()).isEqualTo("plain");
        assertThat(plain.recipients()).isNull();
        assertThat(plain.nameOf(SHA256)).isEqualTo(SHA256);
        assertThat(stored(plain, "content")).isEqualTo("content".getBytes(UTF_8));
    }

    @Test
    void aSetOfRecipients_isOneKeyset_inWhateverOrder() {
        Keyset one = Keyset.of(Recipients.of(List.of(ALICE, BOB)), new byte[] {1});
        Keyset same = Keyset.of(Recipients.of(List.of(BOB, ALICE)), new byte[] {1});

        assertThat(one.id()).matches("[0-9a-f]{16}").isEqualTo(same.id());
        assertThat(one.nameOf(SHA256)).isEqualTo(same.nameOf(SHA256));
        assertThat(Keyset.of(Recipients.of(List.of(ALICE)), new byte[] {1}).id())
                .isNotEqualTo(one.id());
    }

    @Test
    void aName_tellsTheContentToNobodyWithoutTheSecret() {
        Keyset one = Keyset.of(Recipients.of(List.of(ALICE)), new byte[] {1});
        Keyset other = Keyset.of(Recipients.of(List.of(ALICE)), new byte[] {2});

        assertThat(one.nameOf(SHA256)).matches("[0-9a-f]{64}").isNotEqualTo(SHA256);
        assertThat(one.nameOf(SHA256)).isNotEqualTo(other.nameOf(SHA256));
        assertThat(one.nameOf(SHA256)).isNotEqualTo(one.nameOf("cd".repeat(32)));
    }

    @Test
    void theSameContent_isStoredDifferentlyEachTime() throws IOException {
        Keyset keyset = Keyset.of(Recipients.of(List.of(ALICE)), new byte[] {1});

        assertThat(new String(stored(keyset, "content"), UTF_8))
                .startsWith("age-encryption.org/v1\n")
                .doesNotContain("content");
        assertThat(stored(keyset, "content")).isNotEqualTo(stored(keyset, "content"));
    }

    private static byte[] stored(Keyset keyset, String content) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = keyset.storing(stored)) {
            out.write(content.getBytes(UTF_8));
        }
        return stored.toByteArray();
    }
}
