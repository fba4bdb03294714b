package dev.reliability.backup.verify;

import dev.reliability.backup.repository.BlobRef;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.backup.repository.KeyFilter;
import dev.reliability.backup.repository.Layout;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads every blob once, whoever names it, and then tells each backup what became of its own. A blob's name says what
 * its bytes must be; that of an encrypted one does not, so it is read for each backup that names it.
 *
 * <p>Memory does not grow: of the damaged ones a filter is kept, and one that it may be mistaken about is read again. So
 * the answers are exact.
 */
final class BlobsOfRepository implements BlobCheck {
    private final ObjectStore store;
    private final StoredBytes bytes;
    private final KeyFilter damaged = new KeyFilter(0);

    BlobsOfRepository(ObjectStore store, StoredBytes bytes) {
        this.store = store;
        this.bytes = bytes;
    }

    /** Reads a blob that was listed; what is wrong with it, null if nothing is or its name does not tell. */
    @Nullable Finding read(ObjectInfo blob) throws IOException {
        Optional<String> sha256 = Layout.sha256OfBlob(blob.key());
        if (sha256.isEmpty()) {
            return null;
        }
        Finding finding = bytes.check(blob.key(), blob.size(), sha256.get());
        if (finding != null) {
            damaged.add(blob.key());
        }
        return finding;
    }

    @Override
    public @Nullable Finding check(BlobRef blob) throws IOException {
        if (damaged.mightContain(blob.key()) || Layout.sha256OfBlob(blob.key()).isEmpty()) {
            return bytes.check(blob.key(), blob.storedBytes(), blob.storedSha256());
        }
        Optional<ObjectInfo> there = store.head(blob.key());
        if (there.isEmpty()) {
            return new Finding(Kind.MISSING, blob.key(), "it is not there; it had " + blob.storedBytes() + " bytes");
        }
        return there.get().size() == blob.storedBytes()
                ? null
                : new Finding(
                        Kind.CONTRADICTORY,
                        blob.key(),
                        "it has " + there.get().size() + " bytes, " + blob.storedBytes() + " were noted");
    }
}
