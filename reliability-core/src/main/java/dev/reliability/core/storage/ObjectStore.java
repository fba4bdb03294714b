package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Keeps bytes under keys: a folder, a bucket. Everything that the toolkit asks of a store is on this page, and every
 * promise below has a numbered test in {@code ObjectStoreContract}, which any implementation can run.
 *
 * <ul>
 *   <li><b>Atomic.</b> A reader sees the whole old object, the whole new one, or none; never a part, also after a
 *       crash of the writer at any moment.
 *   <li><b>Durable.</b> When {@code put} or {@code putIfAbsent} has returned, the object survives a crash.
 *   <li><b>Visible.</b> When a write or a delete has returned, every process that uses the store sees it.
 *   <li><b>Exactly once.</b> An {@link ObjectBody} is called exactly once, on the calling thread; what it throws is
 *       thrown on, and then nothing has changed in the store.
 *   <li><b>Create if absent.</b> Of any number of concurrent {@code putIfAbsent} of one key exactly one wins.
 *   <li><b>Lost answers.</b> A write that fails with a <em>retryable</em> {@link ObjectStoreException} may have happened
 *       all the same, whole, or may still happen within the store's time-outs: its answer was lost. After any other
 *       failure nothing has changed.
 *   <li><b>Keys.</b> A key is refused as {@link ObjectKeys} says, by every method, before anything is touched.
 * </ul>
 *
 * <p>All methods may block and are safe for use by any thread. Failures are {@link ObjectStoreException}s, which say
 * whether trying again can help; {@link ObjectNotFoundException} and {@link NoSpaceException} are told apart.
 */
public interface ObjectStore {

    /**
     * Writes an object, replacing what was there.
     *
     * @param attributes kept where the store can keep them ({@link #keepsAttributes()}), else dropped
     * @return what was stored
     * @throws NoSpaceException if the store is full; nothing has changed
     * @throws IOException what {@code body} threw, or an {@link ObjectStoreException}; nothing has changed, unless the
     *     answer was lost
     */
    ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException;

    /**
     * Writes an object if there is none under this key. The body may have been called even if the answer is empty.
     *
     * @return what was stored, or empty if the key is taken; then nothing has changed
     * @throws NoSpaceException if the store is full; nothing has changed
     * @throws IOException what {@code body} threw, or an {@link ObjectStoreException}; nothing has changed, unless the
     *     answer was lost
     */
    Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body) throws IOException;

    /**
     * Opens an object for reading. The stream delivers the object as it was when it was opened, or fails; the caller
     * closes it.
     *
     * @throws ObjectNotFoundException if there is none
     */
    InputStream get(String key) throws IOException;

    /**
     * Opens a part of an object. A range that reaches over the end delivers what there is.
     *
     * @param offset the first byte, from 0
     * @param length how many bytes, 0 or more
     * @throws ObjectNotFoundException if there is none
     * @throws IllegalArgumentException if a number is negative
     */
    InputStream get(String key, long offset, long length) throws IOException;

    /** What is known of an object without reading it, or empty if there is none. */
    Optional<ObjectInfo> head(String key) throws IOException;

    /**
     * All objects whose key begins with {@code prefix} (empty: all), in the order of their keys' UTF-8 bytes, fetched
     * lazily with memory that does not grow with their number. Attributes are not filled in. What is written or
     * deleted meanwhile may be in it or not. The caller closes the stream, which throws {@link
     * java.io.UncheckedIOException} if the store fails.
     */
    Stream<ObjectInfo> list(String prefix) throws IOException;

    /** Deletes an object; if there is none, nothing happens. */
    void delete(String key) throws IOException;

    /**
     * Removes what writers that died have left behind unpublished (temporary files, unfinished uploads), and nothing
     * that a live writer is working on. Cheap enough to call before every backup.
     */
    void removeAbandoned() throws IOException;

    /** How many more bytes the store has room for, if it can tell: a folder can, a bucket can not. */
    default OptionalLong freeBytes() throws IOException {
        return OptionalLong.empty();
    }

    /** Where an object lies, for people to read: a path, or {@code s3://bucket/prefix/key}. The key need not exist. */
    String location(String key);

    /** Whether {@link ObjectAttributes} come back as they were given. */
    boolean keepsAttributes();
}
