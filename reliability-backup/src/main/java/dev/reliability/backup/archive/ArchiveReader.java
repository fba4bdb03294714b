package dev.reliability.backup.archive;

import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectKeys;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of an archive one after the other. Nothing but plain files in the archive's one folder is let
 * through: no links, no way out of it.
 */
public final class ArchiveReader {
    private final String name;
    private final TarArchiveInputStream tar;
    private @Nullable String top;

    /**
     * @param name of the archive, for errors
     * @param in its bytes; not closed
     */
    public ArchiveReader(String name, InputStream in) {
        this.name = name;
        this.tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name());
    }

    /**
     * An entry.
     *
     * @param key its name below the archive's folder
     * @param size its length in bytes
     * @param content delivers it until the next entry is asked for; to be left open
     */
    public record Entry(String key, long size, InputStream content) {}

    /**
     * The next entry, which must have this name.
     *
     * @throws BackupException.Refused if it has another one
     * @throws DamagedException if the archive ends before
     */
    public Entry next(String key) throws IOException {
        Entry entry = next();
        if (!entry.key().equals(key)) {
            throw refused("it has the file " + printable(entry.key()) + " where " + key
                    + " must be: it was changed, or packed by something else than an export");
        }
        return entry;
    }

    /**
     * The next entry.
     *
     * @throws BackupException.Refused if it is nothing that an export would write
     * @throws DamagedException if the archive ends before
     */
    public Entry next() throws IOException {
        TarArchiveEntry entry = nextInTar();
        if (entry == null) {
            throw new DamagedException(name + " ends too early: it is no archive of a backup, or cut");
        }
        return new Entry(key(entry), entry.getSize(), new Content(tar));
    }

    /**
     * Reads on to the end.
     *
     * @throws BackupException.Refused if there is another entry, which nothing names
     */
    public void end() throws IOException {
        TarArchiveEntry more = nextInTar();
        if (more != null) {
            throw refused("it has the file " + printable(more.getName()) + ", which its backup does not name");
        }
    }

    /** A refusal of the archive. */
    public BackupException.Refused refused(String reason) {
        return new BackupException.Refused(name + " is not imported", List.of(reason));
    }

    private String key(TarArchiveEntry entry) {
        String path = entry.getName();
        if (entry.getLinkFlag() != TarConstants.LF_NORMAL) {
            throw refused("its entry " + printable(path) + " is a link, a folder or a device, not a plain file");
        }
        if (!ObjectKeys.isValid(path)) {
            throw refused("its entry " + printable(path) + " names no place inside of a folder");
        }
        if (top == null) {
            top = ArchiveNames.topOf(path)
                    .orElseThrow(() -> refused("its first file " + printable(path)
                            + " is not in a folder backup_ID, as an export writes it"));
        }
        if (!path.startsWith(top)) {
            throw refused("its entry " + printable(path) + " is not in the folder " + top);
        }
        return path.substring(top.length());
    }

    private @Nullable TarArchiveEntry nextInTar() throws IOException {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException broken) {
            throw damaged(broken);
        }
    }

    private DamagedException damaged(Exception broken) {
        return new DamagedException(
                name + " can not be read as a tar file, it is none, cut or changed: " + broken.getMessage(), broken);
    }

    private static String printable(String path) {
        String shown = path.length() > 80 ? path.substring(0, 80) + "…" : path;
        return "\"" + shown.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?") + "\"";
    }

    /** Says of an archive that is cut in the middle of an entry what it is. */
    private final class Content extends FilterInputStream {
        Content(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return in.read(bytes, offset, length);
            } catch (IOException | IllegalArgumentException broken) {
                throw damaged(broken);
            }
        }

        @Override
        public void close() {
            // The next entry is read from the same stream.
        }
    }
}
