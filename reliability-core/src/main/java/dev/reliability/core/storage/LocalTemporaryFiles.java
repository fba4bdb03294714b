package dev.reliability.core.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The unpublished files of a folder, and which of them nobody is writing any more. A writer holds the kernel's lock on
 * its file from right after its making until it is published or removed; the kernel drops it when the writer dies.
 */
final class LocalTemporaryFiles {
    /**
     * The files that this JVM is writing, in any instance. Such a file must not even be opened by a remover in the same
     * JVM: POSIX drops all locks of a process on a file when the process closes any of its channels to it. That is a
     * matter of the process, so the set is its, too. The names are unique, whatever the folder's path is.
     */
    private static final Set<String> OWN = ConcurrentHashMap.newKeySet();

    /** Longer than a running writer takes between making its file and locking it; one that took longer sees it. */
    private static final Duration UNLOCKED_AGE = Duration.ofSeconds(5);

    private final LocalFolder folder;

    LocalTemporaryFiles(LocalFolder folder) {
        this.folder = folder;
    }

    /** Makes an empty file, locked. */
    LocalTemporaryFile create(String key) throws ObjectStoreException {
        String tried = "write " + folder.location(key);
        while (true) {
            String name = UUID.randomUUID() + ".tmp";
            Path path = folder.temporary().resolve(name);
            OWN.add(name);
            LocalTemporaryFile file = null;
            try {
                FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                file = new LocalTemporaryFile(path, channel, tried, () -> OWN.remove(name));
                channel.lock();
                if (Directories.attributes(path) != null) {
                    return file;
                }
                // We stood still for so long before the lock that a remover took us for dead: once more.
                file.close();
            } catch (IOException e) {
                if (file == null) {
                    OWN.remove(name);
                } else {
                    file.close();
                }
                folder.requireAvailable();
                throw LocalFailures.ofWrite(tried, e, folder.temporary());
            }
        }
    }

    /** Removes the files whose writers are dead. */
    void removeAbandoned() throws ObjectStoreException {
        try {
            List<Path> others = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.temporary())) {
                for (Path file : files) {
                    if (!OWN.contains(file.getFileName().toString())) {
                        others.add(file);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            if (!others.isEmpty()) {
                FileTime now = now();
                for (Path file : others) {
                    removeIfAbandoned(file, now);
                }
            }
        } catch (IOException e) {
            throw LocalFailures.of("remove abandoned files in " + folder.temporary(), e);
        }
    }

    /** The time by the clock that stamps the files, which need not be this machine's. */
    private FileTime now() throws IOException {
        try (LocalTemporaryFile probe = create(ObjectKeys.RESERVED)) {
            return Files.getLastModifiedTime(probe.path(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static void removeIfAbandoned(Path file, FileTime now) throws IOException {
        BasicFileAttributes found = Directories.attributes(file);
        if (found == null || !found.isRegularFile() || isYoung(found, now)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException publishedOrRemoved) {
            return;
        } catch (OverlappingFileLockException writtenByThisJvm) {
            return;
        }
    }

    private static boolean isYoung(BasicFileAttributes found, FileTime now) {
        Duration age = Duration.between(found.lastModifiedTime().toInstant(), now.toInstant());
        return age.compareTo(UNLOCKED_AGE) < 0;
    }
}
