package dev.reliability.backup.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encryption to recipients, held against the program {@code age} itself. */
class AgeTest {
    @TempDir
    Path folder;

    private Path alice;
    private Path bob;

    @BeforeEach
    void makeIdentities() throws Exception {
        alice = folder.resolve("alice.txt");
        bob = folder.resolve("bob.txt");
        run(new byte[0], "age-keygen", "-o", alice.toString());
        run(new byte[0], "age-keygen", "-o", bob.toString());
    }

    /** Around the chunks of 64 KiB that the format has, and nothing at all. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003})
    void theProgramOpensWhatWeEncrypt_andWeOpenWhatItEncrypts(int size) throws Exception {
        byte[] plain = bytes(size);

        assertThat(run(encrypt(plain, recipient(alice)), "age", "-d", "-i", alice.toString()))
                .isEqualTo(plain);
        assertThat(decrypt(run(plain, "age", "-r", recipient(alice)), alice)).isEqualTo(plain);
    }

    @Test
    void eachRecipientOpensIt_andNobodyElse() throws Exception {
        byte[] plain = bytes(1000);
        byte[] toBoth = encrypt(plain, recipient(alice), recipient(bob));
        byte[] toAlice = encrypt(plain, recipient(alice));

        assertThat(decrypt(toBoth, alice)).isEqualTo(plain);
        assertThat(decrypt(toBoth, bob)).isEqualTo(plain);
        assertThatThrownBy(() -> decrypt(toAlice, bob))
                .isInstanceOf(WrongIdentityException.class)
                .hasMessageContaining("the dump is not encrypted to any of the identities");
    }

    @Test
    void oneFileHoldsSeveralIdentities() throws Exception {
        Path both = folder.resolve("both.txt");
        Files.writeString(both, "# two of them\n\n" + Files.readString(bob) + Files.readString(alice));

        assertThat(decrypt(encrypt(bytes(10), recipient(alice)), both)).isEqualTo(bytes(10));
    }

    @Test
    void whatIsCutOrChanged_neverReachesItsEnd() throws Exception {
        byte[] whole = encrypt(bytes(200_000), recipient(alice));
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> decrypt(changed, alice))
                    .isInstanceOfAny(UndecipherableException.class, WrongIdentityException.class);
            byte[] cut = java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
            assertThatThrownBy(() -> decrypt(cut, alice))
                    .as("cut to " + cut.length)
                    .isInstanceOfAny(UndecipherableException.class, WrongIdentityException.class);
        }
    }

    @Test
    void theStreamBehind_staysOpen() throws Exception {
        boolean[] closed = {false};
        OutputStream behind = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        Recipients.of(List.of(recipient(alice))).encrypt(behind).close();

        assertThat(closed[0]).isFalse();
    }

    @Test
    void whatIsNoRecipient_isNamed_allAtOnce() throws Exception {
        String identity = identityOf(alice);
        assertThatThrownBy(() -> Recipients.of(List.of("age1wrong", recipient(bob), "ssh-ed25519 AAAA")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'age1wrong'")
                .hasMessageContaining("'ssh-ed25519 AAAA'");
        assertThatThrownBy(() -> Recipients.of(List.of(identity)))
                .hasMessageContaining("is an identity, which is secret")
                .hasMessageNotContaining(identity.substring(20));
        assertThatThrownBy(() -> Recipients.of(List.of())).hasMessage("no recipient is given");
    }

    @Test
    void whatIsNoIdentity_isNamedByItsLine_andNeverShown() throws Exception {
        Path wrong = folder.resolve("wrong.txt");
        Files.writeString(wrong, "# mine\nhunter2\n");
        assertThatThrownBy(() -> Identities.read(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2 of the identity file " + wrong)
                .hasMessageNotContaining("hunter2");
        Files.writeString(wrong, "# nothing\n");
        assertThatThrownBy(() -> Identities.read(wrong)).hasMessageContaining("there is no identity in " + wrong);
        assertThatThrownBy(() -> Identities.read(folder.resolve("gone")))
                .hasMessageContaining("there is no identity file at");
        assertThat(Identities.read(alice)).hasToString("Identities[1]");
    }

    @Test
    void theOrderOfRecipients_doesNotMatter() throws Exception {
        Recipients one = Recipients.of(List.of(recipient(alice), recipient(bob), recipient(alice)));

        assertThat(one).isEqualTo(Recipients.of(List.of(recipient(bob), recipient(alice))));
        assertThat(one.list()).hasSize(2).isSorted();
    }

    private static byte[] encrypt(byte[] plain, String... recipients) throws IOException {
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = Recipients.of(List.of(recipients)).encrypt(stored)) {
            for (int from = 0; from < plain.length; from += 7_777) {
                out.write(plain, from, Math.min(7_777, plain.length - from));
            }
        }
        return stored.toByteArray();
    }

    private static byte[] decrypt(byte[] stored, Path identity) throws IOException {
        try (InputStream in = Identities.read(identity).decrypt(new ByteArrayInputStream(stored), "the dump")) {
            return in.readAllBytes();
        }
    }

    private static String recipient(Path identity) throws IOException {
        return Files.readAllLines(identity).stream()
                .filter(line -> line.startsWith("# public key: "))
                .map(line -> line.substring("# public key: ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static String identityOf(Path identity) throws IOException {
        return Files.readAllLines(identity).stream()
                .filter(line -> line.startsWith("AGE-SECRET-KEY-"))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** What a program prints that is given this input. */
    private byte[] run(byte[] input, String... command) throws Exception {
        Path in = Files.write(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(() -> {
                    try {
                        return new String(Files.readAllBytes(err), US_ASCII);
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
        return Files.readAllBytes(out);
    }
}
