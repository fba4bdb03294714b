package dev.reliability.sample.documents;

import dev.reliability.sample.documents.DocumentException.Kind;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents: a row each in the database, its bytes as an object that is never changed.
 *
 * <p>An object is written before its row, and its key is queued for deletion before it is written; the row takes it out
 * of the queue. So a crash at any moment leaves no row without its object, and no object that nobody deletes. A
 * document's new content is a new object; the old one stays for the grace period, as a restore may bring back the row
 * that names it.
 *
 * <p>Safe for use by any thread.
 */
final class DocumentLibrary {
    private static final Logger log = LoggerFactory.getLogger(DocumentLibrary.class);

    private final Database database;
    private final DocumentRepository repository;
    private final DeletionQueue deletions;
    private final ContentStore contents;
    private final long maxBytes;
    private final long minFreeBytes;

    /**
     * @param maxBytes size of the largest document
     * @param minFreeBytes room that must be left in the store, where it knows its room
     */
    DocumentLibrary(
            Database database, DeletionQueue deletions, ContentStore contents, long maxBytes, long minFreeBytes) {
        this.database = database;
        this.repository = new DocumentRepository(database, deletions);
        this.deletions = deletions;
        this.contents = contents;
        this.maxBytes = maxBytes;
        this.minFreeBytes = minFreeBytes;
    }

    /** A part of the list, newest first. */
    DocumentPage list(int limit, @Nullable PagePosition after) {
        return repository.list(limit, after);
    }

    /** The document of this id. */
    Document find(UUID id) {
        return repository.find(id).orElseThrow(() -> notFound(id));
    }

    /** Opens a part of a document's bytes; the caller closes it. */
    InputStream open(Document document, long offset, long length) {
        return contents.open(document.objectKey(), offset, length);
    }

    /** Whether a document's bytes are there. */
    boolean hasContent(Document document) {
        return contents.exists(document.objectKey());
    }

    /** Adds a document. */
    Document create(String name, Upload upload) {
        UUID id = UUID.randomUUID();
        return store(id, name, upload, repository::insert)
                .orElseThrow(() -> new DocumentException(
                        Kind.UNREADABLE, "The upload took longer than deleted documents are kept."));
    }

    /** Gives a document other bytes. */
    Document replace(UUID id, Upload upload) {
        Document before = find(id);
        return store(id, before.name(), upload, repository::replace).orElseThrow(() -> notFound(id));
    }

    /** Deletes a document. */
    void delete(UUID id) {
        if (!repository.delete(id)) {
            throw notFound(id);
        }
    }

    private Optional<Document> store(
            UUID id, String name, Upload upload, Function<NewDocument, Optional<Document>> row) {
        requireRoom(upload.length());
        String key = ContentStore.newKey();
        database.run(connection -> deletions.add(connection, key));
        try {
            MeasuredBody body = new MeasuredBody(upload.bytes(), maxBytes);
            contents.put(key, upload.contentType(), body);
            return row.apply(new NewDocument(id, name, body.size(), upload.contentType(), body.sha256Hex(), key));
        } catch (RuntimeException failed) {
            hasten(key, failed);
            throw failed;
        }
    }

    private void requireRoom(OptionalLong length) {
        if (length.orElse(0) > maxBytes) {
            throw MeasuredBody.tooLarge(maxBytes);
        }
        OptionalLong free = contents.freeBytes();
        if (free.isPresent() && free.getAsLong() - length.orElse(0) < minFreeBytes) {
            log.warn(
                    "an upload was refused: the store has {} bytes of room, the upload {}, and {} must be left",
                    free.getAsLong(),
                    length.orElse(0),
                    minFreeBytes);
            throw new DocumentException(Kind.NO_SPACE, "The object store has too little room for this.");
        }
    }

    /** The upload came to nothing. If this fails as well, its time comes without it. */
    private void hasten(String key, RuntimeException failed) {
        try {
            database.run(connection -> deletions.hasten(connection, key));
        } catch (RuntimeException second) {
            // An open breaker throws the same exception each time, which can not carry itself.
            if (second != failed) {
                failed.addSuppressed(second);
            }
        }
    }

    private static DocumentException notFound(UUID id) {
        return new DocumentException(Kind.NOT_FOUND, "There is no document " + id + ".");
    }
}
