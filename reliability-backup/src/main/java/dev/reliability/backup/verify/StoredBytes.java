package dev.reliability.backup.verify;

import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads files to their end and compares them with what is known of them; counts what it reads. For one thread. */
final class StoredBytes {
    private final ObjectStore store;
    private final LongConsumer progress;
    private final byte[] buffer = new byte[64 * 1024];
    private long read;

    /** @param progress told the bytes read so far; what it throws ends the verification */
    StoredBytes(ObjectStore store, LongConsumer progress) {
        this.store = store;
        this.progress = progress;
    }

    /**
     * Reads a file.
     *
     * @return what is wrong with it; null if nothing is
     * @throws IOException if the store does not answer, or this thread was interrupted
     */
    @Nullable Finding check(String key, long bytes, String sha256) throws IOException {
        try (InputStream in = new ProvenInputStream(store.get(key), "it", bytes, sha256)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read += n;
                progress.accept(read);
            }
            return null;
        } catch (ObjectNotFoundException e) {
            return new Finding(Kind.MISSING, key, "it is not there; it had " + bytes + " bytes");
        } catch (DamagedException e) {
            return new Finding(Kind.DAMAGED, key, String.valueOf(e.getMessage()));
        } catch (ObjectStoreException e) {
            return Finding.unreadable(key, e);
        }
    }

    /** How many bytes were read. */
    long read() {
        return read;
    }
}
