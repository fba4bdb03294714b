package dev.reliability.sample.storagecheck;

import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A place in a folder. */
final class FolderPlace implements Place {
    private final Path probes;
    private final Path root;

    FolderPlace(Path store, String name) {
        this.probes = store.toAbsolutePath().resolve(ObjectKeys.PROBES);
        this.root = probes.resolve(name);
    }

    @Override
    public ObjectStore open(String corner) throws IOException {
        return LocalObjectStore.open(Files.createDirectories(root.resolve(corner)));
    }

    @Override
    public void clear(String corner) throws IOException {
        delete(root.resolve(corner));
    }

    @Override
    public void remove() throws IOException {
        delete(root);
        try {
            Files.deleteIfExists(probes);
        } catch (DirectoryNotEmptyException probedByOthers) {
            // It is theirs as well.
        }
    }

    private static void delete(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new Deletion());
        } catch (NoSuchFileException nothingThere) {
            // Nothing was written.
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
