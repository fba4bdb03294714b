package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lists of blobs that may be deleted, one for each epoch that swept. */
final class TrashLists {
    private final Documents documents;

    TrashLists(Documents documents) {
        this.documents = documents;
    }

    /**
     * A list.
     *
     * @param epoch of the sweep that wrote it
     * @param writtenAt by the store's clock
     * @param doneAt when all its blobs were deleted, by the store's clock; null if they were not
     */
    record TrashList(
            long epoch, Instant writtenAt, @Nullable Instant doneAt) {}

    /** A blob in a list. */
    record Trash(String key, long bytes) {}

    /** Takes each blob in turn. */
    @FunctionalInterface
    interface Visitor {
        void visit(Trash trash) throws IOException;
    }

    List<TrashList> all() throws IOException {
        List<TrashList> lists = new ArrayList<>();
        for (ObjectInfo file : documents.list(Layout.TRASH)) {
            Optional<Long> epoch = Layout.epochOfTrash(file.key());
            if (epoch.isPresent()) {
                Instant doneAt = documents
                        .store()
                        .head(Layout.trashDone(epoch.get()))
                        .map(ObjectInfo::lastModified)
                        .orElse(null);
                lists.add(new TrashList(epoch.get(), file.lastModified(), doneAt));
            }
        }
        return lists;
    }

    /** Writes the list of an epoch; an epoch has one. */
    void write(long epoch, Iterator<Trash> trash) throws IOException {
        documents.store().putIfAbsent(Layout.trash(epoch), ObjectAttributes.NONE, out -> {
            while (trash.hasNext()) {
                Trash next = trash.next();
                String line = Json.line(json -> {
                    Json.text(json, "key", next.key());
                    json.writeNumberField("bytes", next.bytes());
                });
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    void read(long epoch, Visitor visitor) throws IOException {
        ObjectStore store = documents.store();
        String key = Layout.trash(epoch);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(store.get(key), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject json = JsonObject.parse(line.getBytes(StandardCharsets.UTF_8));
                visitor.visit(new Trash(json.text("key"), json.count("bytes")));
            }
        } catch (JsonFault e) {
            throw new IOException(store.location(key) + " is not a list of blobs: " + e.getMessage(), e);
        }
    }

    void markDone(long epoch, long byEpoch) throws IOException {
        documents.write(Layout.trashDone(epoch), Json.document(out -> out.writeNumberField("epoch", byEpoch)));
    }

    void remove(long epoch) throws IOException {
        documents.store().delete(Layout.trash(epoch));
        documents.store().delete(Layout.trashDone(epoch));
    }
}
