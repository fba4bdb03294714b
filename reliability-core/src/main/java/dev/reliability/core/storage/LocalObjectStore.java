package dev.reliability.core.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A folder as an {@link ObjectStore}: an object is one plain file {@code folder/key} with exactly its bytes, so that a
 * person can read it without us. Everything else lies in {@code folder/.store/}, which is never listed. Attributes are
 * not kept.
 *
 * <h2>Writing</h2>
 * The bytes go into a temporary file in {@code .store/tmp}, which the writer keeps locked; its length is checked, it is
 * synced, and then it gets its name: by rename in {@link #put}, by {@code link(2)} in {@link #putIfAbsent}, so that any
 * number of processes, also on several machines that mount the folder, see exactly one winner. Last, the folder and
 * those above it are synced. A file system without hard links (SMB, some FUSE mounts) cannot do {@code putIfAbsent};
 * the error says so. If that last sync fails, the error leaves open whether the object survives a crash; readers see
 * it already.
 *
 * <h2>What is not an object</h2>
 * A link inside the folder is never followed: every method that would have to names it and fails. A listing cannot
 * name what no key can reach; it leaves out links, devices and files whose names are not valid keys, and reports each
 * to the {@link SkippedFiles} given to {@link #open(Path, SkippedFiles)}. The folder itself may be reached through a
 * link. A folder cannot hold {@code a} and {@code a/b}; the second of them is refused. Empty folders are removed when
 * their last object is deleted. Whoever may write into the folder by other means than this class can also replace its
 * parts during a call; no protection against that is promised.
 *
 * <h2>When the folder is not there</h2>
 * The folder is created by {@link #open} and never again: a volume that is not mounted, or a folder replaced by
 * something else, is recognised by the missing {@code .store}, and every method fails with a retryable
 * {@link ObjectStoreException} until it is back.
 *
 * <p>Safe for use by any thread, and by any number of processes and instances at once. It holds no resources.
 */
public final class LocalObjectStore implements ObjectStore {
    // Each round means that somebody removed the folder just made; two deleters cannot keep that up.
    private static final int MAX_PUBLISH_ROUNDS = 100;

    private final LocalFolder folder;
    private final LocalTemporaryFiles temporaryFiles;
    private final SkippedFiles skippedFiles;

    private LocalObjectStore(LocalFolder folder, SkippedFiles skippedFiles) {
        this.folder = folder;
        this.temporaryFiles = new LocalTemporaryFiles(folder);
        this.skippedFiles = skippedFiles;
    }

    /**
     * Opens a folder, which is created if it is not there. Files that a listing leaves out are logged as warnings by
     * the system logger of this class's name.
     *
     * @throws ObjectStoreException if it can be neither found nor created
     */
    public static LocalObjectStore open(Path folder) throws ObjectStoreException {
        return open(folder, LocalObjectStore::log);
    }

    /**
     * Opens a folder, which is created if it is not there.
     *
     * @param skippedFiles is told of what a listing leaves out, on the thread that reads the listing
     * @throws ObjectStoreException if it can be neither found nor created
     */
    public static LocalObjectStore open(Path folder, SkippedFiles skippedFiles) throws ObjectStoreException {
        Objects.requireNonNull(skippedFiles, "skippedFiles");
        return new LocalObjectStore(LocalFolder.create(folder), skippedFiles);
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        Objects.requireNonNull(attributes, "attributes");
        Path file = folder.resolve(key);
        folder.requireAvailable();
        folder.requireWay(key);
        isTaken(key, file);
        try (LocalTemporaryFile temporary = temporaryFiles.create(key)) {
            temporary.write(body);
            publish(key, temporary, () -> {
                isTaken(key, file);
                Files.move(temporary.path(), file, StandardCopyOption.ATOMIC_MOVE);
                return true;
            });
            return temporary.info(key);
        }
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        Objects.requireNonNull(attributes, "attributes");
        Path file = folder.resolve(key);
        folder.requireAvailable();
        folder.requireWay(key);
        if (isTaken(key, file)) {
            return Optional.empty();
        }
        try (LocalTemporaryFile temporary = temporaryFiles.create(key)) {
            temporary.write(body);
            boolean won = publish(key, temporary, () -> {
                if (isTaken(key, file)) {
                    return false;
                }
                folder.link(temporary.path(), file);
                return true;
            });
            return won ? Optional.of(temporary.info(key)) : Optional.empty();
        }
    }

    @Override
    public InputStream get(String key) throws IOException {
        return get(key, 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        Path file = folder.resolve(key);
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("offset and length must not be negative: " + offset + ", " + length);
        }
        folder.requireAvailable();
        try {
            if (plainFile(key, file) == null) {
                throw new ObjectNotFoundException(key, location(key), null);
            }
            InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return LocalObjectInputStream.range(in, offset, length, location(key));
        } catch (NoSuchFileException deletedMeanwhile) {
            throw new ObjectNotFoundException(key, location(key), deletedMeanwhile);
        } catch (IOException e) {
            throw LocalFailures.of("read " + location(key), e);
        }
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        Path file = folder.resolve(key);
        folder.requireAvailable();
        BasicFileAttributes found = plainFile(key, file);
        return found == null
                ? Optional.empty()
                : Optional.of(new ObjectInfo(
                        key, found.size(), found.lastModifiedTime().toInstant(), ObjectAttributes.NONE));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        folder.requireAvailable();
        LocalListing listing = new LocalListing(folder, prefix, skippedFiles);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        listing, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
                false);
    }

    @Override
    public void delete(String key) throws IOException {
        Path file = folder.resolve(key);
        folder.requireAvailable();
        try {
            if (plainFile(key, file) != null && Files.deleteIfExists(file)) {
                Directories.sync(folder.removeEmptyAbove(file));
            }
        } catch (NoSuchFileException | DirectoryNotEmptyException changedMeanwhile) {
            // Others removed the folder as well, or made one of that name after they had deleted the object.
            return;
        } catch (IOException e) {
            throw LocalFailures.of("delete " + location(key), e);
        }
    }

    @Override
    public void removeAbandoned() throws IOException {
        folder.requireAvailable();
        temporaryFiles.removeAbandoned();
    }

    /** What the file system leaves to this process: quotas and blocks kept for root count as used. */
    @Override
    public OptionalLong freeBytes() throws IOException {
        folder.requireAvailable();
        return OptionalLong.of(folder.usableBytes());
    }

    @Override
    public String location(String key) {
        return folder.location(ObjectKeys.require(key));
    }

    @Override
    public boolean keepsAttributes() {
        return false;
    }

    @Override
    public String toString() {
        return "LocalObjectStore[" + folder + "]";
    }

    /** Gives a name to a temporary file; whether it did, or somebody else has it. */
    @FunctionalInterface
    private interface Naming {
        boolean name() throws IOException;
    }

    private boolean publish(String key, LocalTemporaryFile temporary, Naming naming) throws IOException {
        try {
            for (int round = 0; round < MAX_PUBLISH_ROUNDS; round++) {
                folder.requireAvailable();
                try {
                    folder.makeWay(key);
                    if (!naming.name()) {
                        return false;
                    }
                    folder.syncWay(key);
                    return true;
                } catch (NoSuchFileException | FileAlreadyExistsException changedMeanwhile) {
                    // Somebody removed the folder that was just made, or took the name: look again. That our own
                    // file is gone would not get better.
                    temporary.requireThere(changedMeanwhile);
                }
            }
        } catch (IOException e) {
            throw LocalFailures.of("write " + location(key), e);
        }
        throw new ObjectStoreException(
                "cannot write " + location(key) + ": its folder was changed by others " + MAX_PUBLISH_ROUNDS
                        + " times meanwhile",
                true,
                null);
    }

    /** Whether an object has this name now; fails if the name belongs to something that a write must not replace. */
    private boolean isTaken(String key, Path file) throws IOException {
        BasicFileAttributes found = folder.find(key, file);
        if (found == null) {
            return false;
        }
        if (!found.isDirectory()) {
            return true;
        }
        if (Directories.removeIfEmpty(file)) {
            return false;
        }
        throw new ObjectStoreException(
                "cannot write " + location(key)
                        + ": it is a folder of other objects, and one key cannot be a part of another's path here",
                false,
                null);
    }

    /** The attributes of an object's file, or null if there is none. */
    private @Nullable BasicFileAttributes plainFile(String key, Path file) throws IOException {
        BasicFileAttributes found = folder.find(key, file);
        return found == null || found.isDirectory() ? null : found;
    }

    private static void log(Path file, String reason) {
        System.getLogger(LocalObjectStore.class.getName())
                .log(System.Logger.Level.WARNING, "not listed: {0}: {1}", LocalFailures.printable(file), reason);
    }
}
