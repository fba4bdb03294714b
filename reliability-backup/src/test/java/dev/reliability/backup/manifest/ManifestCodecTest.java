package dev.reliability.backup.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCodecTest {
    private static final String KEY = "correct horse battery staple, and more of it";
    private static final String OTHER_KEY = "another key that is at least as long as that one";

    private final ManifestCodec signing = codec(KEY);
    private final ManifestCodec keyless = codec();

    @Test
    void a_manifest_reads_back_as_it_was_written() {
        for (Manifest manifest : List.of(ManifestSamples.full(), ManifestSamples.lost())) {
            assertThat(signing.read(signing.write(manifest))).isEqualTo(new ManifestReading.Intact(manifest, true));
            assertThat(keyless.read(keyless.write(manifest))).isEqualTo(new ManifestReading.Intact(manifest, false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "lost"})
    void the_bytes_are_those_of_the_golden_file(String name) throws IOException {
        Manifest manifest = name.equals("full") ? ManifestSamples.full() : ManifestSamples.lost();
        byte[] golden = golden(name + ".json");

        assertThat(text(signing.write(manifest))).isEqualTo(text(golden));
        assertThat(signing.read(golden)).isEqualTo(new ManifestReading.Intact(manifest, true));
    }

    @Test
    void who_dumped_reads_back_and_its_absence_is_that_of_an_older_manifest() {
        Manifest manifest = ManifestSamples.fullDumpedBy(new DatabaseFacts.DumpRole("app", true));
        String written = text(signing.write(manifest));

        assertThat(written).contains("\"dumped_by\": {\"role\":\"app\",\"superuser\":true},");
        assertThat(signing.read(bytes(written))).isEqualTo(new ManifestReading.Intact(manifest, true));
        assertThat(text(signing.write(ManifestSamples.full()))).doesNotContain("dumped_by");
    }

    @Test
    void who_had_replaced_the_database_reads_back_and_its_absence_is_that_of_a_live_one() {
        Manifest manifest = ManifestSamples.fullReplacedBy("op_20260103_135959_1a2b3c");
        String written = text(signing.write(manifest));

        assertThat(written).contains("\"replaced_by\": \"op_20260103_135959_1a2b3c\"");
        assertThat(signing.read(bytes(written))).isEqualTo(new ManifestReading.Intact(manifest, true));
        assertThat(text(signing.write(ManifestSamples.full()))).doesNotContain("replaced_by");
    }

    @Test
    void how_far_the_server_was_reads_back_and_its_absence_is_that_of_an_older_manifest() {
        Manifest older = ManifestSamples.full();
        Manifest manifest = ManifestSamples.fullAt(new DatabaseFacts.Position("7391112233445566778", 4711));
        String written = text(signing.write(manifest));

        assertThat(written).contains("""
                    "position": {
                      "server": "7391112233445566778",
                      "transactions": 4711
                    }
                """);
        assertThat(signing.read(bytes(written))).isEqualTo(new ManifestReading.Intact(manifest, true));
        assertThat(text(signing.write(older))).doesNotContain("position");
    }

    @Test
    void without_a_key_the_repository_is_trusted_and_nothing_counts_as_signed() {
        byte[] signed = signing.write(ManifestSamples.full());

        assertThat(keyless.read(signed)).isEqualTo(new ManifestReading.Intact(ManifestSamples.full(), false));
    }

    @Test
    void with_a_key_an_unsigned_manifest_is_nobodys() {
        ManifestReading reading = signing.read(keyless.write(ManifestSamples.full()));

        assertThat(reading).isInstanceOfSatisfying(ManifestReading.Unsigned.class, unsigned -> {
            assertThat(unsigned.manifest()).isEqualTo(ManifestSamples.full());
            assertThat(unsigned.reason()).contains("not signed");
        });
    }

    @Test
    void a_key_that_was_replaced_is_trusted_as_long_as_it_is_listed() {
        byte[] old = signing.write(ManifestSamples.full());

        assertThat(codec(OTHER_KEY, KEY).read(old)).isEqualTo(new ManifestReading.Intact(ManifestSamples.full(), true));
        assertThat(codec(OTHER_KEY).read(old))
                .isInstanceOfSatisfying(
                        ManifestReading.Unsigned.class,
                        unsigned -> assertThat(unsigned.reason()).contains("none of the signing keys"));
    }

    @Test
    void the_first_key_signs() {
        byte[] signed = codec(OTHER_KEY, KEY).write(ManifestSamples.full());

        assertThat(codec(OTHER_KEY).read(signed)).isInstanceOf(ManifestReading.Intact.class);
        assertThat(signing.read(signed)).isInstanceOf(ManifestReading.Unsigned.class);
    }

    @Test
    void another_format_is_named_by_its_number() {
        String newer = text(signing.write(ManifestSamples.full())).replace("\"format\": 1,", "\"format\": 7,");

        assertThat(signing.read(bytes(newer))).isEqualTo(new ManifestReading.UnknownFormat("7"));
        assertThat(signing.read(bytes("{\"format\": 2, \"anything\": [1, 2]}")))
                .isEqualTo(new ManifestReading.UnknownFormat("2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "{", "{}", "[]", "null", "{\"format\": \"1\"}", "{\"format\": 1}", "{\"format\": 1e9}"})
    void a_file_that_never_was_a_manifest_is_changed(String text) {
        assertThat(signing.read(bytes(text))).isInstanceOf(ManifestReading.Changed.class);
    }

    @Test
    void a_manifest_that_was_cut_off_anywhere_is_changed() {
        byte[] whole = signing.write(ManifestSamples.full());

        for (int length = 0; length < whole.length; length++) {
            assertThat(signing.read(Arrays.copyOf(whole, length)))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(ManifestReading.Changed.class);
        }
    }

    @Test
    void a_changed_number_is_named_with_both_hashes() {
        String changed = text(signing.write(ManifestSamples.full())).replace("\"rows\":500", "\"rows\":501");

        assertThat(signing.read(bytes(changed)))
                .isInstanceOfSatisfying(
                        ManifestReading.Changed.class,
                        it -> assertThat(it.reason()).containsPattern("names sha256 [0-9a-f]{64}.*have [0-9a-f]{64}"));
    }

    @Test
    void a_forger_who_seals_anew_without_the_key_is_not_trusted() {
        Manifest forged = ManifestSamples.lost();

        assertThat(signing.read(codec(OTHER_KEY).write(forged))).isInstanceOf(ManifestReading.Unsigned.class);
    }

    @Test
    void a_sealed_document_with_a_field_too_many_or_too_few_is_refused() {
        String body = text(keyless.write(ManifestSamples.lost()));
        for (String changed : List.of(
                body.replace("  \"id\": \"20260103_140000_2\",\n", ""),
                body.replace("  \"type\"", "  \"surprise\": null,\n  \"type\""),
                body.replace("\"failed\"", "\"running\""),
                body.replace("\"20260103_140000_2\"", "\"../../etc\""),
                body.replace("\"added_bytes\": 0", "\"added_bytes\": -1"),
                body.replace("\"artifacts\": [ ]", "\"artifacts\": [ null ]"))) {
            assertThat(changed).isNotEqualTo(body);
            byte[] sealed = reseal(changed);

            assertThat(keyless.read(sealed)).isInstanceOf(ManifestReading.Changed.class);
        }
    }

    /** Any bytes but the right ones: flips, cuts, insertions, swapped and repeated stretches. */
    @Test
    void no_mutation_is_ever_read_as_intact() {
        long seed = 20260103;
        Random random = new Random(seed);
        byte[] signed = signing.write(ManifestSamples.full());
        byte[] unsigned = keyless.write(ManifestSamples.full());
        for (int i = 0; i < 10_000; i++) {
            boolean withKey = random.nextBoolean();
            byte[] original = withKey ? signed : unsigned;
            byte[] mutated = mutate(original, random);
            if (!Arrays.equals(original, mutated)) {
                assertThat((withKey ? signing : keyless).read(mutated))
                        .as("mutation %d of seed %d", i, seed)
                        .isNotInstanceOf(ManifestReading.Intact.class);
            }
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        int at = random.nextInt(original.length);
        int length = 1 + random.nextInt(Math.min(200, original.length - at));
        byte[] mutated = original.clone();
        switch (random.nextInt(6)) {
            case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> mutated[at] = (byte) random.nextInt(256);
            case 2 -> mutated = Arrays.copyOf(original, at);
            case 3 -> mutated = splice(original, at, at + length, new byte[0]);
            case 4 -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                mutated = splice(original, at, at, noise);
            }
            default -> mutated = splice(original, at, at, Arrays.copyOfRange(original, at, at + length));
        }
        return mutated;
    }

    private static byte[] splice(byte[] original, int from, int to, byte[] instead) {
        byte[] spliced = new byte[original.length - (to - from) + instead.length];
        System.arraycopy(original, 0, spliced, 0, from);
        System.arraycopy(instead, 0, spliced, from, instead.length);
        System.arraycopy(original, to, spliced, from + instead.length, original.length - to);
        return spliced;
    }

    private static byte[] reseal(String document) {
        String body = document.substring(0, document.indexOf(",\n  \"hmac\""));
        return new Seal(SigningKeys.none()).close(bytes(body));
    }

    private static ManifestCodec codec(String... keys) {
        return new ManifestCodec(SigningKeys.of(List.of(keys)));
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = ManifestCodecTest.class.getResourceAsStream("/manifest/" + name)) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
