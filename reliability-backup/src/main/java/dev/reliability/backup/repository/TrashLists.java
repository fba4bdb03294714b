package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lists of blobs that may be deleted, one for each epoch that swept. */
final class TrashLists {
    private static final String SHA256 = "sha256";

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

    /** Writes the list of an epoch; an epoch has one. Its last line has the SHA-256 of those before it. */
    void write(long epoch, Iterator<Trash> trash) throws IOException {
        documents.store().putIfAbsent(Layout.trash(epoch), ObjectAttributes.NONE, out -> {
            MessageDigest digest = Sha256.digest();
            while (trash.hasNext()) {
                Trash next = trash.next();
                byte[] line = line(json -> {
                    Json.text(json, "key", next.key());
                    json.writeNumberField("bytes", next.bytes());
                });
                digest.update(line);
                out.write(line);
            }
            out.write(line(json -> {
                json.writeNumberField("epoch", epoch);
                Json.text(json, SHA256, Sha256.hex(digest));
            }));
        });
    }

    private static byte[] line(Json.Fields fields) {
        return (Json.line(fields) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Hands over each blob of a list.
     *
     * @throws DamagedException if the list is not what was written; what was handed over by then is in it, unless it
     *     was changed
     */
    void read(long epoch, Visitor visitor) throws IOException {
        ObjectStore store = documents.store();
        String key = Layout.trash(epoch);
        MessageDigest digest = Sha256.digest();
        String sha256 = null;
        long count = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(store.get(key), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                count += bytes.length + 1;
                JsonObject json = JsonObject.parse(bytes);
                if (json.has(SHA256)) {
                    sha256 = json.number("epoch") == epoch ? json.text(SHA256) : null;
                } else {
                    digest.update(bytes);
                    digest.update((byte) '\n');
                    visitor.visit(new Trash(json.text("key"), json.count("bytes")));
                }
            }
        } catch (JsonFault e) {
            throw damaged(key, e.getMessage());
        }
        if (!Sha256.hex(digest).equals(sha256)) {
            throw damaged(key, "its last line does not have this epoch and the sha256 of those before it");
        }
        // A last line without its end looks whole to who reads lines.
        long size = store.head(key).map(ObjectInfo::size).orElse(count);
        if (size != count) {
            throw damaged(key, "it has " + size + " bytes, " + count + " were written");
        }
    }

    private DamagedException damaged(String key, String reason) {
        return new DamagedException(documents.store().location(key) + " is not the list of blobs that was written: "
                + reason + "; remove it, and a later sweep lists again what nobody names");
    }

    void markDone(long epoch, long byEpoch) throws IOException {
        documents.write(Layout.trashDone(epoch), Json.document(out -> {
            out.writeNumberField("list", epoch);
            out.writeNumberField("epoch", byEpoch);
        }));
    }

    void remove(long epoch) throws IOException {
        documents.store().delete(Layout.trash(epoch));
        documents.store().delete(Layout.trashDone(epoch));
    }
}
