package dev.reliability.backup.objects;

import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier backup knew of objects that are still of the same length and from the same moment. One that was
 * written in the last hour before that backup is not believed: it may have been written once more in the same tick, and
 * the clocks of two stores may differ.
 *
 * <p>Reads the earlier index beside the listing of now; both are in the order of their keys. For one thread.
 */
final class UnchangedObjects implements Closeable {
    private static final Duration UNSETTLED = Duration.ofHours(1);

    private final ObjectIndex.@Nullable Reader index;
    private final Instant settled;
    private @Nullable ObjectEntry next;

    /** @param earlier null if there is none, or nothing of it is to be believed */
    UnchangedObjects(ObjectStore repository, @Nullable Manifest earlier) throws IOException {
        Artifact list =
                earlier == null ? null : earlier.artifact(Artifact.OBJECTS).orElse(null);
        if (earlier == null || list == null || !list.keyset().equals(Keyset.PLAIN_ID)) {
            index = null;
            settled = Instant.MIN;
            return;
        }
        index = new ObjectIndex.Reader(repository.location(list.key()), Artifacts.open(repository, list, null));
        settled = earlier.createdAt().minus(UNSETTLED);
        next = index.next();
    }

    /** The same object then; empty if it is new, or may have changed. To be asked in the order of the keys. */
    Optional<ObjectEntry> find(ObjectInfo now) throws IOException {
        while (index != null && next != null && ObjectIndex.order(next.key(), now.key()) < 0) {
            next = index.next();
        }
        return Optional.ofNullable(next)
                .filter(then -> then.key().equals(now.key())
                        && then.size() == now.size()
                        && then.modified().equals(now.lastModified())
                        && then.modified().isBefore(settled));
    }

    @Override
    public void close() throws IOException {
        if (index != null) {
            index.close();
        }
    }
}
