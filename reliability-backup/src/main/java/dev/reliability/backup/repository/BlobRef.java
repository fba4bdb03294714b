package dev.reliability.backup.repository;

import dev.reliability.backup.stream.DamagedException;
import dev.reliability.backup.stream.ProvenInputStream;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a backup's {@code refs.gz}: a blob that it uses.
 *
 * @param key where the blob lies
 * @param storedBytes its length as stored
 * @param storedSha256 of its bytes as stored, 64 hexadecimal digits
 */
public record BlobRef(String key, long storedBytes, String storedSha256) {
    private static final Pattern LINE = Pattern.compile("(blobs/[!-~]+) ([0-9]{1,18}) ([0-9a-f]{64})");

    /** The line, without its end. */
    public String line() {
        return key + " " + storedBytes + " " + storedSha256;
    }

    /** Writes the line, with its end. */
    public void writeTo(OutputStream out) throws IOException {
        out.write((line() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Opens the blob's bytes as they are stored; their end is reached only if they are the ones that were written.
     *
     * @throws DamagedException if it is missing
     */
    public InputStream open(ObjectStore store) throws IOException {
        String location = store.location(key);
        try {
            return new ProvenInputStream(store.get(key), location, storedBytes, storedSha256);
        } catch (ObjectNotFoundException missing) {
            throw new DamagedException(location + " is missing", missing);
        }
    }

    /** Reads a line without its end; empty if it is none. */
    public static Optional<BlobRef> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(new BlobRef(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(3)))
                : Optional.empty();
    }
}
