package dev.reliability.s3;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStoreException;
import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.GenericResponse;
import io.minio.HeadObjectArgs;
import io.minio.HeadObjectResponse;
import io.minio.Http;
import io.minio.PutObjectAPIArgs;
import io.minio.UploadPartArgs;
import io.minio.UploadPartResponse;
import io.minio.messages.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Writes one object: what fits into one part is sent as one request when it is complete; of a larger one each full part
 * is sent at once, and the object appears when the upload is completed. So one part is in memory, whatever the size.
 *
 * <p>An object created if absent, and a large one, carry a random mark among their metadata. When the answer to the
 * request that makes it appear was lost, or says that somebody was faster, the mark tells whether that somebody was
 * this very write: a connection that breaks makes the HTTP client send a request twice.
 *
 * <p>For one thread.
 */
final class S3Write extends OutputStream {
    private static final int FIRST_BUFFER_BYTES = 64 * 1024;
    private static final int MAX_PARTS = 10_000;
    private static final int TRIES = 3;

    private final S3Client client;
    private final S3Name name;
    private final ObjectAttributes attributes;
    private final @Nullable MediaType contentType;
    private final boolean ifAbsent;
    private final S3CreateIfAbsent createIfAbsent;
    private final Set<String> uploads;
    private final String mark = UUID.randomUUID().toString();
    private final List<Part> parts = new ArrayList<>();
    private final int partBytes;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int filled;
    private long size;
    private @Nullable String upload;
    private @Nullable IOException failure;
    private boolean finished;

    /**
     * @param ifAbsent whether it must not replace an object
     * @param uploads is told of the upload that this write has under way
     * @throws IllegalArgumentException if the content type is not one
     */
    S3Write(
            S3Client client,
            S3Name name,
            ObjectAttributes attributes,
            boolean ifAbsent,
            S3CreateIfAbsent createIfAbsent,
            Set<String> uploads) {
        this.client = client;
        this.name = name;
        this.attributes = attributes;
        this.ifAbsent = ifAbsent;
        this.createIfAbsent = createIfAbsent;
        this.uploads = uploads;
        this.partBytes = client.config().partBytes();
        String type = attributes.contentType();
        this.contentType = type == null ? null : MediaType.parse(type);
        if (type != null && contentType == null) {
            throw new IllegalArgumentException("not a content type: '" + type + "'");
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireUsable();
        int at = offset;
        for (int left = length; left > 0; ) {
            if (filled == partBytes) {
                sendPart();
            }
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, (int) Math.min(partBytes, 2L * buffer.length));
            }
            int step = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, at, buffer, filled, step);
            filled += step;
            at += step;
            left -= step;
        }
        size += length;
    }

    /** Makes the object appear; empty if its key is taken. */
    Optional<ObjectInfo> finish() throws IOException {
        requireUsable();
        finished = true;
        if (upload == null) {
            return sendWhole();
        }
        sendPart();
        return complete(upload);
    }

    /** Gives up what was sent, after a failure. */
    void abort(Throwable reason) {
        finished = true;
        if (upload == null) {
            return;
        }
        // An interrupt that ended the write must not keep its remains alive.
        boolean interrupted = Thread.interrupted();
        try {
            abort(upload);
        } catch (S3Exception e) {
            reason.addSuppressed(e.failed("abort the unfinished upload of " + name.location()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<ObjectInfo> sendWhole() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                GenericResponse answer = client.send(minio -> minio.putObject(PutObjectAPIArgs.builder()
                        .bucket(name.bucket())
                        .object(name.object())
                        .headers(withMetadata(S3Headers.md5(buffer, filled), ifAbsent))
                        .contentType(contentType)
                        .extraHeaders(ifAbsent ? S3CreateIfAbsent.HEADER : Map.of())
                        .data(buffer, filled)
                        .build()));
                return Optional.of(info(answer));
            } catch (S3Exception e) {
                // The same bytes, and a mark on what must not be there twice: the next try does no harm.
                boolean again =
                        e.answer().isInternalError() || (ifAbsent && e.answer().isConflict());
                if (!again || attempt == TRIES) {
                    return explain(e);
                }
            }
        }
    }

    private void sendPart() throws IOException {
        try {
            if (upload == null) {
                upload = begin();
                uploads.add(upload);
            }
            if (parts.size() == MAX_PARTS) {
                throw new ObjectStoreException(
                        "cannot write " + name.location() + ": it has more than " + MAX_PARTS + " parts of " + partBytes
                                + " bytes. Raise partBytes",
                        false,
                        null);
            }
            parts.add(sendPart(upload, parts.size() + 1));
            filled = 0;
        } catch (S3Exception e) {
            failure = e.failed("write " + name.location());
            throw failure;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private String begin() throws S3Exception, ObjectStoreException {
        if (ifAbsent) {
            createIfAbsent.requireForUploads();
        }
        Http.Headers headers = withMetadata(new Http.Headers(), true);
        if (contentType != null) {
            headers.put(Http.Headers.CONTENT_TYPE, contentType.toString());
        }
        return client.send(minio -> minio.createMultipartUpload(CreateMultipartUploadArgs.builder()
                        .bucket(name.bucket())
                        .object(name.object())
                        .headers(headers)
                        .build()))
                .result()
                .uploadId();
    }

    /** A part is the same each time that it is sent, so here trying again is safe; hours of work may depend on it. */
    private Part sendPart(String upload, int number) throws S3Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                UploadPartResponse answer = client.send(minio -> minio.uploadPart(UploadPartArgs.builder()
                        .bucket(name.bucket())
                        .object(name.object())
                        .uploadId(upload)
                        .partNumber(number)
                        .headers(S3Headers.md5(buffer, filled))
                        .data(buffer, filled)
                        .build()));
                return answer.part();
            } catch (S3Exception e) {
                if (attempt == TRIES
                        || !e.failed("").retryable()
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    private Optional<ObjectInfo> complete(String upload) throws IOException {
        try {
            GenericResponse answer =
                    client.send(minio -> minio.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                            .bucket(name.bucket())
                            .object(name.object())
                            .uploadId(upload)
                            .parts(parts.toArray(new Part[0]))
                            .maxRetries(1)
                            .extraHeaders(ifAbsent ? S3CreateIfAbsent.HEADER : Map.of())
                            .build()));
            uploads.remove(upload);
            return Optional.of(info(answer));
        } catch (S3Exception e) {
            Optional<ObjectInfo> explained = explain(e);
            if (explained.isEmpty()) {
                abortTaken(upload);
            }
            return explained;
        }
    }

    /** The key is taken: that is the answer, whether or not the parts can be removed now. */
    private void abortTaken(String upload) {
        try {
            abort(upload);
        } catch (S3Exception e) {
            // It is abandoned now, and removeAbandoned finds it.
            return;
        }
    }

    private void abort(String upload) throws S3Exception {
        uploads.remove(upload);
        try {
            client.send(minio -> minio.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .uploadId(upload)
                    .build()));
        } catch (S3Exception e) {
            if (!e.answer().isNoSuchUpload()) {
                throw e;
            }
        }
    }

    /** What the failure of the request that makes the object appear means: it is there, taken, or not known. */
    private Optional<ObjectInfo> explain(S3Exception e) throws ObjectStoreException {
        S3Failures.Answer answer = e.answer();
        boolean marked = ifAbsent || upload != null;
        if (marked && (answer.isPreconditionFailed() || answer.isNoSuchUpload() || answer.isUnclear())) {
            Optional<ObjectInfo> ours = findOurs();
            if (ours.isPresent()) {
                return ours;
            }
        }
        if (ifAbsent && answer.isPreconditionFailed()) {
            return Optional.empty();
        }
        if (ifAbsent && answer.isNotImplemented()) {
            throw createIfAbsent.unsupported("it answers 501 to If-None-Match");
        }
        throw e.failed("write " + name.location());
    }

    private Optional<ObjectInfo> findOurs() throws ObjectStoreException {
        try {
            HeadObjectResponse found = client.send(minio -> minio.headObject(HeadObjectArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .build()));
            return mark.equals(found.headers().get(S3Headers.MARK))
                    ? Optional.of(new ObjectInfo(
                            name.key(), size, found.lastModified().toInstant(), attributes))
                    : Optional.empty();
        } catch (S3Exception e) {
            if (e.answer().isNotFound()) {
                return Optional.empty();
            }
            // "Taken" might be said to whoever took it.
            throw e.failed("find out what became of " + name.location());
        }
    }

    private ObjectInfo info(GenericResponse answer) throws ObjectStoreException {
        return new ObjectInfo(name.key(), size, S3Headers.date(answer.headers(), client.config()), attributes);
    }

    private Http.Headers withMetadata(Http.Headers headers, boolean marked) {
        attributes.metadata().forEach((key, value) -> headers.put(S3Headers.METADATA + key, value));
        if (marked) {
            headers.put(S3Headers.MARK, mark);
        }
        return headers;
    }

    private void requireUsable() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (finished) {
            throw new IOException("the object is complete: its body must not keep the stream");
        }
    }
}
