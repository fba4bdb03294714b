package dev.reliability.backup.objects;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.stream.Artifacts;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier backup knew of objects that are still of the same length and from the same moment. One that was
 * written in the last hour before that backup is not believed: it may have been written once more in the same tick, and
 * the clocks of two stores may differ.
 *
 * <p>Reads the earlier index beside the listing of now; both are in the order of their keys. For one thread.
 */
final class UnchangedObjects implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(UnchangedObjects.class);
    private static final Duration UNSETTLED = Duration.ofHours(1);

    private final ObjectIndex.@Nullable Reader index;
    private final Instant settled;
    private @Nullable ObjectEntry next;

    private UnchangedObjects(ObjectIndex.@Nullable Reader index, Instant settled) throws IOException {
        this.index = index;
        this.settled = settled;
        this.next = index == null ? null : index.next();
    }

    /**
     * By the first of these backups whose index is whole: it is read to its end before anything in it is believed.
     *
     * @param earlier newest first; may be empty
     */
    static UnchangedObjects of(ObjectStore repository, List<Manifest> earlier) throws IOException {
        for (Manifest backup : earlier) {
            Artifact list = backup.artifact(Artifact.OBJECTS).orElse(null);
            if (list == null || list.isEncrypted()) {
                continue;
            }
            try {
                Artifacts.prove(repository, list);
            } catch (DamagedException unusable) {
                log.warn("not used to find what is unchanged: {}", unusable.getMessage());
                continue;
            }
            InputStream opened = Artifacts.open(repository, list, null);
            try {
                return new UnchangedObjects(
                        new ObjectIndex.Reader(repository.location(list.key()), opened),
                        backup.createdAt().minus(UNSETTLED));
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        }
        return new UnchangedObjects(null, Instant.MIN);
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
                        && then.modified().isBefore(settled)
                        && Layout.isBlobOf(then.blob(), then.sha256()));
    }

    @Override
    public void close() throws IOException {
        if (index != null) {
            index.close();
        }
    }
}
