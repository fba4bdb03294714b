package dev.reliability.s3;

import dev.reliability.core.storage.ObjectStoreException;
import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.PutObjectAPIArgs;
import io.minio.UploadPartArgs;
import io.minio.messages.Part;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Whether a server honours {@code If-None-Match: *}. One that does not know it overwrites silently, and two would win,
 * so before the first such write it has to refuse to replace an object of ours. That object stays: the next process asks
 * with a single request, and needs no right to delete.
 */
final class S3CreateIfAbsent {
    static final Map<String, String> HEADER = Map.of("If-None-Match", "*");

    private static final byte[] CONTENT =
            "This object is here to see whether the server refuses to replace it.\n".getBytes(StandardCharsets.UTF_8);

    private final S3Client client;
    private final S3Name name;
    private volatile boolean known;
    private volatile boolean knownForUploads;

    S3CreateIfAbsent(S3Client client) {
        this.client = client;
        this.name = S3Name.own(client.config(), "create-if-absent");
    }

    /** Fails unless the server refuses to replace an object by a single request. */
    void require() throws ObjectStoreException {
        if (known) {
            return;
        }
        boolean refused = isRefused(this::put);
        if (!refused) {
            // It may have been the first one, and created it.
            refused = isRefused(this::put);
        }
        if (!refused) {
            throw unsupported("it replaces an object in spite of If-None-Match");
        }
        known = true;
    }

    /** Fails unless the server refuses to replace an object by completing an upload. */
    void requireForUploads() throws ObjectStoreException {
        if (knownForUploads) {
            return;
        }
        require();
        if (!isRefused(this::upload)) {
            throw unsupported("it replaces an object at the end of an upload in parts in spite of If-None-Match");
        }
        knownForUploads = true;
    }

    /** What is said to whom needs this and cannot have it. */
    ObjectStoreException unsupported(String seen) {
        return new ObjectStoreException(
                "the S3 server at " + client.config().url() + " cannot create an object only if it is absent: " + seen
                        + ". Several writers would overwrite each other; use a server that honours If-None-Match",
                false,
                null);
    }

    private interface Attempt {
        void run() throws S3Exception;
    }

    private boolean isRefused(Attempt attempt) throws ObjectStoreException {
        try {
            attempt.run();
            return false;
        } catch (S3Exception e) {
            if (e.answer().isPreconditionFailed()) {
                return true;
            }
            if (e.answer().isNotImplemented()) {
                throw unsupported("it answers 501 to If-None-Match");
            }
            throw e.failed("try out create-if-absent with " + name.location());
        }
    }

    private void put() throws S3Exception {
        client.send(minio -> minio.putObject(PutObjectAPIArgs.builder()
                .bucket(name.bucket())
                .object(name.object())
                .headers(S3Headers.md5(CONTENT, CONTENT.length))
                .extraHeaders(HEADER)
                .data(CONTENT, CONTENT.length)
                .build()));
    }

    private void upload() throws S3Exception {
        String upload = client.send(minio -> minio.createMultipartUpload(CreateMultipartUploadArgs.builder()
                        .bucket(name.bucket())
                        .object(name.object())
                        .headers(new Http.Headers())
                        .build()))
                .result()
                .uploadId();
        try {
            Part part = client.send(minio -> minio.uploadPart(UploadPartArgs.builder()
                            .bucket(name.bucket())
                            .object(name.object())
                            .uploadId(upload)
                            .partNumber(1)
                            .headers(S3Headers.md5(CONTENT, CONTENT.length))
                            .data(CONTENT, CONTENT.length)
                            .build()))
                    .part();
            client.send(minio -> minio.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .uploadId(upload)
                    .parts(new Part[] {part})
                    .maxRetries(1)
                    .extraHeaders(HEADER)
                    .build()));
        } catch (S3Exception e) {
            abort(upload);
            throw e;
        }
    }

    private void abort(String upload) {
        try {
            client.send(minio -> minio.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .uploadId(upload)
                    .build()));
        } catch (S3Exception e) {
            // It is abandoned now, and removeAbandoned finds it.
            return;
        }
    }
}
