package dev.reliability.sample.documents;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * The part {@code file} of a multipart body, read while it arrives: never more than one buffer of it is in memory, and
 * nothing on disk. Parts before it are passed over, what follows it is not read. For one thread.
 */
final class MultipartFile extends InputStream {
    /** The name of the part that holds the document. */
    static final String PART = "file";

    private static final int BUFFER = 64 * 1024;
    private static final int MOST_HEADER_BYTES = 8 * 1024;
    private static final int MOST_PARTS = 100;

    private final InputStream body;
    private final MultiPart.Parser parser;

    /**
     * Never written twice: the parser keeps the end of what it was given, until it knows whether a boundary begins
     * there.
     */
    private byte[] buffer = new byte[BUFFER];

    private int filled;

    /** What was parsed and not read yet. */
    private final Queue<ByteBuffer> pending = new ArrayDeque<>();

    private @Nullable String disposition;
    private @Nullable String contentType;
    private @Nullable IOException failure;
    private Phase phase = Phase.SEARCHING;

    private enum Phase {
        SEARCHING,
        INSIDE,
        ENDED,
        ABSENT
    }

    private MultipartFile(InputStream body, String boundary) {
        this.body = body;
        this.parser = new MultiPart.Parser(boundary, new Parts());
        parser.setPartHeadersMaxLength(MOST_HEADER_BYTES);
        parser.setMaxParts(MOST_PARTS);
    }

    /**
     * Reads up to the first byte of the file.
     *
     * @param body the request's, which stays the caller's to close
     * @return empty if there is no such part
     * @throws IOException if the body is not well-formed, or can not be read
     */
    static Optional<MultipartFile> find(InputStream body, String boundary) throws IOException {
        MultipartFile file = new MultipartFile(body, boundary);
        while (file.phase == Phase.SEARCHING) {
            file.parseMore();
        }
        return file.phase == Phase.ABSENT ? Optional.empty() : Optional.of(file);
    }

    /** The file's name as it was sent; empty if it has none. */
    Optional<String> fileName() {
        return ContentDisposition.parse(disposition).fileName();
    }

    /** The part's own media type. */
    Optional<String> contentType() {
        return Optional.ofNullable(contentType);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        while (pending.isEmpty() && phase == Phase.INSIDE) {
            parseMore();
        }
        ByteBuffer piece = pending.peek();
        if (piece == null) {
            return -1;
        }
        int count = Math.min(length, piece.remaining());
        piece.get(bytes, offset, count);
        if (!piece.hasRemaining()) {
            pending.remove();
        }
        return count;
    }

    private void parseMore() throws IOException {
        if (filled == buffer.length) {
            buffer = new byte[BUFFER];
            filled = 0;
        }
        int count = body.read(buffer, filled, buffer.length - filled);
        boolean last = count < 0;
        parser.parse(Content.Chunk.from(ByteBuffer.wrap(buffer, filled, Math.max(0, count)), last));
        filled += Math.max(0, count);
        if (failure != null) {
            throw failure;
        }
        if (last && phase == Phase.INSIDE) {
            throw new EOFException("the multipart body ends inside the file");
        }
        if (last && phase == Phase.SEARCHING) {
            phase = Phase.ABSENT;
        }
    }

    private final class Parts implements MultiPart.Parser.Listener {
        private boolean isFile;

        @Override
        public void onPartBegin() {
            isFile = false;
            if (phase == Phase.SEARCHING) {
                disposition = null;
                contentType = null;
            }
        }

        @Override
        public void onPartHeader(String name, String value) {
            if (phase != Phase.SEARCHING) {
                return;
            }
            switch (name.toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> disposition = value;
                case "content-type" -> contentType = value;
                default -> {}
            }
        }

        @Override
        public void onPartHeaders() {
            if (phase == Phase.SEARCHING
                    && PART.equals(ContentDisposition.parse(disposition).name().orElse(""))) {
                isFile = true;
                phase = Phase.INSIDE;
            }
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            if (isFile && chunk.getByteBuffer().hasRemaining()) {
                pending.add(chunk.getByteBuffer().slice());
            }
        }

        @Override
        public void onPartEnd() {
            if (isFile) {
                isFile = false;
                phase = Phase.ENDED;
            }
        }

        @Override
        public void onFailure(Throwable cause) {
            failure = new IOException("the multipart body is not well-formed: " + cause.getMessage(), cause);
        }
    }
}
