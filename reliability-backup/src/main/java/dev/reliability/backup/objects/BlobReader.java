package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.WrongIdentityException;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Decryption;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads contents from their blobs, opening those that are encrypted. */
final class BlobReader {
    private final ObjectStore repository;
    private final @Nullable Identities identities;

    /** @param identities null where nothing encrypted can be read */
    BlobReader(ObjectStore repository, @Nullable Identities identities) {
        this.repository = repository;
        this.identities = identities;
    }

    /**
     * Opens the bytes of an entry; its end is reached only if they are what the index says.
     *
     * @throws WrongIdentityException if they are encrypted, and not to whom the identities belong
     */
    InputStream open(ObjectEntry entry) throws IOException {
        String location = repository.location(entry.blob());
        InputStream stored;
        try {
            stored = repository.get(entry.blob());
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(location + " is missing; it has the bytes of " + entry.key(), missing);
        }
        try {
            InputStream content =
                    Layout.isPlainBlob(entry.blob()) ? stored : Decryption.open(stored, identities, location);
            return new ProvenInputStream(content, location, entry.size(), entry.sha256());
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }
}
