package dev.reliability.core.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The objects in a folder whose key begins with a prefix, in the order of their keys' bytes. A folder is read when the
 * listing comes to it: in memory are the names of the folders from the top to the current one, no more.
 *
 * <p>Within a folder the names are ordered as they stand in keys: {@code a/b} comes after {@code a.txt}, since '/'
 * (0x2f) comes after '.' (0x2e), so a subfolder counts as its name with a '/' behind it.
 */
final class LocalListing implements Iterator<ObjectInfo> {
    private final LocalFolder folder;
    private final SkippedFiles skippedFiles;
    private final Deque<Iterator<Entry>> levels = new ArrayDeque<>();
    private final String prefix;
    private boolean started;
    private @Nullable ObjectInfo next;

    LocalListing(LocalFolder folder, String prefix, SkippedFiles skippedFiles) {
        this.folder = folder;
        this.prefix = prefix;
        this.skippedFiles = skippedFiles;
    }

    /** A plain file or a folder. */
    private static final class Entry {
        /** Of a folder, its path with a '/' behind it. */
        final String key;

        final byte[] order;
        final long size;
        final Instant lastModified;

        Entry(String path, String name, BasicFileAttributes found) {
            String inOrder = found.isDirectory() ? name + "/" : name;
            this.key = path + inOrder;
            this.order = inOrder.getBytes(StandardCharsets.UTF_8);
            this.size = found.size();
            this.lastModified = found.lastModifiedTime().toInstant();
        }

        boolean isFolder() {
            return key.endsWith("/");
        }
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            try {
                next = advance();
            } catch (IOException e) {
                throw new UncheckedIOException(LocalFailures.of("list " + folder, e));
            }
        }
        return next != null;
    }

    @Override
    public ObjectInfo next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        ObjectInfo result = next;
        next = null;
        return result;
    }

    private @Nullable ObjectInfo advance() throws IOException {
        if (!started) {
            started = true;
            start();
        }
        while (!levels.isEmpty()) {
            Iterator<Entry> level = levels.getLast();
            if (!level.hasNext()) {
                levels.removeLast();
                continue;
            }
            Entry entry = level.next();
            if (!entry.isFolder()) {
                return new ObjectInfo(entry.key, entry.size, entry.lastModified, ObjectAttributes.NONE);
            }
            descend(entry.key, "");
        }
        return null;
    }

    /** Goes straight to the deepest folder that the prefix names. */
    private void start() throws IOException {
        if (!ObjectKeys.canBegin(prefix)) {
            return;
        }
        int slash = prefix.lastIndexOf('/');
        if (slash < 0) {
            descend("", prefix);
            return;
        }
        String above = prefix.substring(0, slash);
        folder.resolve(above);
        for (Path part : folder.way(prefix)) {
            BasicFileAttributes found = Directories.attributes(part);
            if (found == null || !found.isDirectory()) {
                if (found != null && !found.isRegularFile()) {
                    skippedFiles.skipped(part, notPlain(found));
                }
                return;
            }
        }
        descend(above + "/", prefix.substring(slash + 1));
    }

    private void descend(String path, String begin) throws IOException {
        Path at = folder.root().resolve(path);
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(at)) {
            for (Path file : files) {
                Entry entry = entry(path, file, begin);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException deletedMeanwhile) {
            // Unless it is the whole storage that went away: then a short listing would be a lie.
            folder.requireAvailable();
            return;
        } catch (AccessDeniedException e) {
            if (!path.equals("lost+found/")) {
                throw e;
            }
            skippedFiles.skipped(at, "it belongs to the file system and cannot be read");
            return;
        }
        entries.sort((a, b) -> Arrays.compareUnsigned(a.order, b.order));
        levels.addLast(entries.iterator());
    }

    private @Nullable Entry entry(String path, Path file, String begin) throws IOException {
        String name = folder.names().of(file);
        if (name == null) {
            skippedFiles.skipped(file, "its name is not UTF-8");
            return null;
        }
        if (!name.startsWith(begin) || (path.isEmpty() && name.equals(ObjectKeys.RESERVED))) {
            return null;
        }
        BasicFileAttributes found = Directories.attributes(file);
        if (found == null) {
            return null;
        }
        String key = path + name;
        if (!found.isRegularFile() && !found.isDirectory()) {
            skippedFiles.skipped(file, notPlain(found));
            return null;
        }
        if (!ObjectKeys.isValid(key)) {
            skippedFiles.skipped(file, "its name is not a valid key");
            return null;
        }
        return new Entry(path, name, found);
    }

    private static String notPlain(BasicFileAttributes found) {
        return found.isSymbolicLink() ? "it is a symbolic link" : "it is not a plain file";
    }
}
