package dev.reliability.core.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a {@link LocalObjectStore}: which path a key has, and that the way to it is made of plain folders. Every
 * step from the folder down is looked at without following links.
 */
final class LocalFolder {
    private final Path root;
    private final Path temporary;
    private final LocalNames names;

    private LocalFolder(Path root) {
        this.root = root;
        this.temporary = root.resolve(ObjectKeys.RESERVED).resolve("tmp");
        this.names = new LocalNames(root);
    }

    /** Opens the folder; the only place that creates it and its {@code .store/tmp}. */
    static LocalFolder create(Path folder) throws ObjectStoreException {
        LocalFolder created = new LocalFolder(folder.toAbsolutePath());
        try {
            if (!Files.isDirectory(created.root)) {
                Directories.makeWithParents(created.root);
            }
            for (Path own : List.of(created.root.resolve(ObjectKeys.RESERVED), created.temporary)) {
                BasicFileAttributes found = Directories.attributes(own);
                if (found == null) {
                    Directories.make(own);
                } else if (!found.isDirectory()) {
                    throw new ObjectStoreException(
                            "cannot open the storage folder " + created.root + ": " + own
                                    + " is a link or a file, and must be a plain folder",
                            false,
                            null);
                }
            }
        } catch (IOException e) {
            throw LocalFailures.of("open the storage folder " + created.root, e);
        }
        created.requireAvailable();
        return created;
    }

    Path root() {
        return root;
    }

    Path temporary() {
        return temporary;
    }

    LocalNames names() {
        return names;
    }

    /** Where an object lies; also for keys that this JVM could not name a file by. */
    String location(String key) {
        return root + "/" + key;
    }

    /**
     * The path of an object, which needs not exist.
     *
     * @throws IllegalArgumentException if the key is not one
     */
    Path resolve(String key) throws ObjectStoreException {
        ObjectKeys.require(key);
        names.require(key, location(key));
        return root.resolve(key);
    }

    /** Fails if the folder, as {@link #create} left it, is not there now. */
    void requireAvailable() throws ObjectStoreException {
        IOException cause = null;
        try {
            BasicFileAttributes found = Directories.attributes(temporary);
            if (found != null && found.isDirectory()) {
                return;
            }
        } catch (IOException e) {
            cause = e;
        }
        throw unavailable(whatIsWrong(cause), cause);
    }

    /** How many bytes the file system leaves to this process. */
    long usableBytes() throws ObjectStoreException {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw LocalFailures.of("ask for the free space of " + root, e);
        }
    }

    private String whatIsWrong(@Nullable IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "it cannot be read: permission denied";
        }
        if (!Files.exists(root)) {
            return "it does not exist";
        }
        if (!Files.isDirectory(root)) {
            return "it is not a folder any more";
        }
        if (cause != null) {
            return LocalFailures.reason(cause);
        }
        return temporary
                + " is missing or not a plain folder; is the right volume mounted? If it is, create that folder";
    }

    private ObjectStoreException unavailable(String reason, @Nullable IOException cause) {
        return new ObjectStoreException("the storage folder " + root + " cannot be used: " + reason, true, cause);
    }

    /**
     * What lies under a key's path: a plain file or a folder, or null if there is nothing.
     *
     * @throws ObjectStoreException if it, or a part of the way to it, is a link or a device
     */
    @Nullable BasicFileAttributes find(String key, Path file) throws IOException {
        try {
            for (Path part : way(key)) {
                BasicFileAttributes found = Directories.attributes(part);
                if (found == null || found.isRegularFile()) {
                    return null;
                }
                requirePlain(part, found);
            }
            BasicFileAttributes found = Directories.attributes(file);
            if (found != null) {
                requirePlain(file, found);
            }
            return found;
        } catch (IOException e) {
            throw LocalFailures.of("look at " + location(key), e);
        }
    }

    /** Fails if the folders of a key cannot be made because something else has their name. */
    void requireWay(String key) throws IOException {
        for (Path part : way(key)) {
            BasicFileAttributes found = Directories.attributes(part);
            if (found == null) {
                return;
            }
            requireFolder(key, part, found);
        }
    }

    /**
     * Makes the folders of a key.
     *
     * @throws NoSuchFileException if a deleter removed one of them meanwhile
     */
    void makeWay(String key) throws IOException {
        for (Path part : way(key)) {
            BasicFileAttributes found = Directories.attributes(part);
            if (found == null) {
                try {
                    Files.createDirectory(part);
                    continue;
                } catch (FileAlreadyExistsException madeByAnother) {
                    found = Directories.attributes(part);
                }
            }
            if (found == null) {
                throw new NoSuchFileException(part.toString());
            }
            requireFolder(key, part, found);
        }
    }

    /**
     * Syncs the folders of a key and the root. All of them, although most are old: one of them may have been made a
     * moment ago by another process that has not synced it yet.
     */
    void syncWay(String key) throws IOException {
        List<Path> way = way(key);
        Collections.reverse(way);
        for (Path part : way) {
            try {
                Directories.sync(part);
            } catch (NoSuchFileException removedMeanwhile) {
                // Somebody deleted the object already; there is nothing left that has to survive.
            }
        }
        Directories.sync(root);
    }

    /** Gives a file a second name, unless something has it. */
    void link(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException | NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            if (e instanceof IOException failure && LocalFailures.isNoSpace(failure)) {
                throw failure;
            }
            throw new ObjectStoreException(
                    "cannot create " + name + " if absent: the file system of " + root + " refused a hard link ("
                            + (e instanceof IOException failure ? LocalFailures.reason(failure) : "not supported")
                            + "). Use a file system that has them; SMB and some FUSE mounts have not",
                    false,
                    e);
        }
    }

    /** Removes the folders above a deleted file as far as they are empty; answers the first that stays. */
    Path removeEmptyAbove(Path file) {
        Path above = Directories.parent(file);
        while (!above.equals(root) && Directories.removeIfEmpty(above)) {
            above = Directories.parent(above);
        }
        return above;
    }

    /** The folders between the root and a key's file, from the top. */
    List<Path> way(String key) {
        List<Path> way = new ArrayList<>();
        Path part = root;
        for (int from = 0, slash; (slash = key.indexOf('/', from)) >= 0; from = slash + 1) {
            part = part.resolve(key.substring(from, slash));
            way.add(part);
        }
        return way;
    }

    @Override
    public String toString() {
        return root.toString();
    }

    private void requireFolder(String key, Path part, BasicFileAttributes found) throws ObjectStoreException {
        requirePlain(part, found);
        if (!found.isDirectory()) {
            throw new ObjectStoreException(
                    "cannot write " + location(key) + ": " + part
                            + " is an object, and one key cannot be a part of another's path here",
                    false,
                    null);
        }
    }

    private static void requirePlain(Path path, BasicFileAttributes found) throws ObjectStoreException {
        if (found.isSymbolicLink() || found.isOther()) {
            throw new ObjectStoreException(
                    path + (found.isSymbolicLink() ? " is a symbolic link" : " is not a plain file or folder")
                            + ", which is never followed or replaced in a storage folder: remove it",
                    false,
                    null);
        }
    }
}
