package dev.reliability.core.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** What a durable store does with directories, and {@link Files} does not: never through a link, and synced. */
final class Directories {
    private Directories() {}

    /** What a path is, without following a link; null if there is nothing. */
    static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Makes a directory and those above it that are missing; all of them survive a crash. */
    static void makeWithParents(Path folder) throws IOException {
        Path above = folder.getParent();
        if (above != null && !Files.isDirectory(above)) {
            makeWithParents(above);
        }
        make(folder);
    }

    /** Makes a directory that survives a crash; does nothing if it is there. */
    static void make(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        sync(parent(folder));
    }

    /** The directory that a path is in. */
    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException("nothing is above " + path);
        }
        return parent;
    }

    /** Makes the names in a folder survive a crash. An interrupt is kept for later: what is named is named. */
    static void sync(Path folder) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Removes a folder if it is empty; whether it is gone. By rmdir(2): {@code Files.delete} would remove an object
     * that took the folder's name a moment ago.
     */
    static boolean removeIfEmpty(Path folder) {
        try (DirectoryStream<Path> above = Files.newDirectoryStream(parent(folder))) {
            if (above instanceof SecureDirectoryStream<Path> secure) {
                secure.deleteDirectory(folder.getFileName());
                return true;
            }
            return false;
        } catch (NoSuchFileException gone) {
            return true;
        } catch (IOException notEmptyOrNotAllowed) {
            return false;
        }
    }
}
