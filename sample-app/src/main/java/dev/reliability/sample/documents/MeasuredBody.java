package dev.reliability.sample.documents;

import dev.reliability.core.storage.ObjectBody;
import dev.reliability.sample.documents.DocumentException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hands an upload on to a store while it counts and hashes it, and gives up over the limit. For one use. */
final class MeasuredBody implements ObjectBody {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final long limit;
    private final MessageDigest digest = sha256();
    private long size;

    MeasuredBody(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = read(buffer); read >= 0; read = read(buffer)) {
            size += read;
            if (size > limit) {
                throw tooLarge(limit);
            }
            digest.update(buffer, 0, read);
            out.write(buffer, 0, read);
        }
    }

    private int read(byte[] buffer) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new Upload.BrokenOffException(e);
        }
    }

    static DocumentException tooLarge(long limit) {
        return new DocumentException(Kind.TOO_LARGE, "A document has at most " + limit + " bytes.");
    }

    /** How many bytes there were. */
    long size() {
        return size;
    }

    /** Their SHA-256 in hexadecimal digits; to be asked once, at the end. */
    String sha256Hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
