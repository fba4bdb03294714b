package dev.reliability.backup.archive;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectBody;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file for its owner alone that is there whole, and survives a crash, or is not there. */
final class ArchiveFile {
    private static final int BUFFER = 1 << 16;

    private ArchiveFile() {}

    /**
     * Writes a file beside its name and gives it the name last.
     *
     * @throws BackupException.Refused if something has the name, or its folder is not there
     */
    static void create(Path file, ObjectBody content) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw refused(file, "the folder " + folder + " is not there; make it");
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw taken(file);
        }
        Path part = Files.createTempFile(folder, target.getFileName() + ".", ".part");
        try {
            write(part, content);
            // Fails if somebody else has made the file meanwhile.
            Files.move(part, target);
        } catch (FileAlreadyExistsException meanwhile) {
            throw taken(file);
        } finally {
            Files.deleteIfExists(part);
        }
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static void write(Path part, ObjectBody content) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }

    private static BackupException.Refused taken(Path file) {
        return refused(file, "there is already a file of this name, and nothing is overwritten; take another name");
    }

    private static BackupException.Refused refused(Path file, String reason) {
        return new BackupException.Refused(file + " is not written", List.of(reason));
    }
}
