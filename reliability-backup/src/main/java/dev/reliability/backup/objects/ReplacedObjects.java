package dev.reliability.backup.objects;

import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Refs;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/** The bytes that restores replaced in the application's store: listed and kept as long as they can be undone. */
public final class ReplacedObjects {
    private final ObjectStore repository;

    /** What the restores of this repository have replaced. */
    public ReplacedObjects(ObjectStore repository) {
        this.repository = repository;
    }

    /** Hands over the key of every blob that holds replaced bytes. */
    public void forEachBlob(Consumer<String> each) throws IOException {
        try (Stream<ObjectInfo> lists = repository.list(Layout.REPLACED)) {
            for (Iterator<ObjectInfo> all = lists.iterator(); all.hasNext(); ) {
                String key = all.next().key();
                if (Layout.isReplacedRefs(key)) {
                    Refs.readUnproven(repository, key, blob -> each.accept(blob.key()));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Reads a list of blobs to its end.
     *
     * @throws DamagedException if that is not possible
     */
    public void check(String list) throws IOException {
        try {
            Refs.readUnproven(repository, list, blob -> {});
        } catch (EOFException | ZipException broken) {
            throw new DamagedException(
                    repository.location(list) + " is cut or changed: " + broken.getMessage(), broken);
        }
    }

    /** Forgets what restores replaced before this moment, by the repository's clock: a later sweep deletes it. */
    public void forgetBefore(Instant moment) throws IOException {
        try (Stream<ObjectInfo> lists = repository.list(Layout.REPLACED)) {
            for (Iterator<ObjectInfo> all = lists.iterator(); all.hasNext(); ) {
                ObjectInfo list = all.next();
                if (list.lastModified().isBefore(moment)) {
                    repository.delete(list.key());
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
