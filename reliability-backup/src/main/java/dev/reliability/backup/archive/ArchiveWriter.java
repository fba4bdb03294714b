package dev.reliability.backup.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes the entries of an archive, in POSIX's form of tar (pax), in which a file may have any size. The same entries
 * give the same bytes.
 */
final class ArchiveWriter {
    private final TarArchiveOutputStream tar;
    private final String top;
    private final Date time;

    /**
     * @param out where it goes; not closed
     * @param top the folder that all entries are in
     * @param time the time of all entries
     */
    ArchiveWriter(OutputStream out, String top, Instant time) {
        this.tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        this.top = top;
        this.time = Date.from(time);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    /**
     * Writes an entry. Where the content is not as long as that, it fails, and the archive is none.
     *
     * @param key its name below the top
     */
    void write(String key, long size, InputStream content) throws IOException {
        begin(key, size);
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }

    /** Writes an entry. */
    void write(String key, byte[] content) throws IOException {
        begin(key, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private void begin(String key, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(top + key);
        entry.setSize(size);
        entry.setModTime(time);
        entry.setMode(0100644);
        tar.putArchiveEntry(entry);
    }

    /** Ends the archive: without it there is none. */
    void finish() throws IOException {
        tar.finish();
        tar.flush();
    }
}
