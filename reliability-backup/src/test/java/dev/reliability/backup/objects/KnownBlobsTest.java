package dev.reliability.backup.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.repository.BlobRef;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownBlobsTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyBlobIsFoundAgain_andNoOther(long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, BlobRef> added = new HashMap<>();
        try (KnownBlobs known = new KnownBlobs()) {
            for (int i = 0; i < 5_000; i++) {
                BlobRef blob = blob(random);
                added.put(blob.key(), blob);
                known.add(blob);
                assertThat(known.find(blob(random).key())).isEmpty();
            }
            for (BlobRef blob : added.values()) {
                assertThat(known.find(blob.key())).as("seed " + seed).contains(blob);
            }
        }
    }

    @Test
    void ofABlobThatIsAddedTwice_theLaterOneIsKnown() throws IOException {
        try (KnownBlobs known = new KnownBlobs()) {
            BlobRef later = new BlobRef("blobs/k/aa_7", 6, "22".repeat(32));
            known.add(new BlobRef("blobs/k/aa", 5, "11".repeat(32)));
            known.add(later);

            assertThat(known.find("blobs/k/aa")).contains(later);
        }
    }

    private static BlobRef blob(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String hash = HexFormat.of().formatHex(bytes);
        return new BlobRef("blobs/plain/" + hash.substring(0, 2) + "/" + hash, random.nextInt(1 << 30), hash);
    }
}
