package dev.reliability.s3;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import io.minio.AbortMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.HeadObjectArgs;
import io.minio.HeadObjectResponse;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListMultipartUploadsResponse;
import io.minio.RemoveObjectArgs;
import io.minio.messages.ListMultipartUploadsResult;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A bucket, or a part of one, as an {@link ObjectStore}; on any server that speaks S3. Attributes are kept; a server
 * may answer {@code application/octet-stream} where no content type was given.
 *
 * <ul>
 *   <li>Nothing is asked of the server until the first call, so that a service starts without it. The first call that
 *       succeeds has created the bucket if it was missing; a bucket that disappears later is a failure.
 *   <li>Up to {@link S3Config#partBytes()} of an object are kept in memory and sent in one request; a larger one is
 *       sent in parts as it is written, and appears when the last part has arrived.
 *   <li>{@link #putIfAbsent} relies on {@code If-None-Match: *}. A server that does not know it, or ignores it, is
 *       found out before the first such write, by the object {@code .store/create-if-absent}, and refused.
 *   <li>Requests are not repeated for long: a caller learns within the time limits of {@link S3Config} that the server
 *       is out of reach. Only a lost part of a large object is sent up to three times.
 *   <li>{@link #removeAbandoned} ends unfinished uploads below the prefix, anybody's, that are older than
 *       {@link S3Config#abandonedAfter()} by the server's clock.
 *   <li>{@link ObjectInfo#lastModified()} of a write is the moment of the server's answer; some servers show the
 *       beginning of the upload later on. {@link #head} cannot tell a missing bucket from a missing object.
 * </ul>
 *
 * <p>Safe for use by any thread. Closing it ends its threads and connections; open streams fail, and later calls throw
 * {@link IllegalStateException}.
 */
public final class MinioObjectStore implements ObjectStore, AutoCloseable {
    private final S3Config config;
    private final S3Client client;
    private final S3CreateIfAbsent createIfAbsent;
    private final Set<String> uploads = ConcurrentHashMap.newKeySet();

    /** Prepares a store; the server is not asked for anything yet. */
    public MinioObjectStore(S3Config config) {
        this.config = config;
        this.client = new S3Client(config);
        this.createIfAbsent = new S3CreateIfAbsent(client);
    }

    @Override
    public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) throws IOException {
        Objects.requireNonNull(attributes, "attributes");
        S3Name name = S3Name.of(config, key);
        client.requireBucket();
        return write(name, attributes, body, false)
                .orElseThrow(() -> new IllegalStateException("refused to replace what it may replace: " + name));
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
            throws IOException {
        Objects.requireNonNull(attributes, "attributes");
        S3Name name = S3Name.of(config, key);
        client.requireBucket();
        createIfAbsent.require();
        return write(name, attributes, body, true);
    }

    private Optional<ObjectInfo> write(S3Name name, ObjectAttributes attributes, ObjectBody body, boolean ifAbsent)
            throws IOException {
        S3Write write = new S3Write(client, name, attributes, ifAbsent, createIfAbsent, uploads);
        try {
            body.writeTo(write);
            return write.finish();
        } catch (Throwable e) {
            write.abort(e);
            throw e;
        }
    }

    @Override
    public InputStream get(String key) throws IOException {
        return get(key, 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream get(String key, long offset, long length) throws IOException {
        S3Name name = S3Name.of(config, key);
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("offset and length must not be negative: " + offset + ", " + length);
        }
        if (length == 0 || offset == Long.MAX_VALUE) {
            return head(key).map(found -> InputStream.nullInputStream()).orElseThrow(() -> notFound(name));
        }
        client.requireBucket();
        boolean whole = offset == 0 && length == Long.MAX_VALUE;
        boolean toTheEnd = length > Long.MAX_VALUE - offset;
        try {
            InputStream in = client.send(minio -> minio.getObject(GetObjectArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .offset(whole ? null : offset)
                    .length(whole || toTheEnd ? null : length)
                    .build()));
            return new S3InputStream(in, config, name.location());
        } catch (S3Exception e) {
            if (e.answer().isNotFound()) {
                throw notFound(name);
            }
            if (e.answer().isOutsideRange()) {
                return InputStream.nullInputStream();
            }
            throw e.failed("read " + name.location());
        }
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws IOException {
        S3Name name = S3Name.of(config, key);
        client.requireBucket();
        try {
            HeadObjectResponse found = client.send(minio -> minio.headObject(HeadObjectArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .build()));
            return Optional.of(
                    new ObjectInfo(key, found.size(), found.lastModified().toInstant(), S3Headers.attributes(found)));
        } catch (S3Exception e) {
            if (e.answer().isNotFound()) {
                return Optional.empty();
            }
            throw e.failed("look at " + name.location());
        }
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) throws IOException {
        if (!ObjectKeys.canBegin(prefix)) {
            return Stream.empty();
        }
        client.requireBucket();
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new S3Listing(client, prefix),
                        Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
                false);
    }

    @Override
    public void delete(String key) throws IOException {
        S3Name name = S3Name.of(config, key);
        client.requireBucket();
        try {
            client.send(minio -> minio.removeObject(RemoveObjectArgs.builder()
                    .bucket(name.bucket())
                    .object(name.object())
                    .build()));
        } catch (S3Exception e) {
            if (!e.answer().isNotFound()) {
                throw e.failed("delete " + name.location());
            }
        }
    }

    @Override
    public void removeAbandoned() throws IOException {
        client.requireBucket();
        try {
            ListMultipartUploadsResult page = null;
            do {
                String keyMarker = page == null ? null : page.nextKeyMarker();
                String uploadMarker = page == null ? null : page.nextUploadIdMarker();
                ListMultipartUploadsResponse answer =
                        client.send(minio -> minio.listMultipartUploads(ListMultipartUploadsArgs.builder()
                                .bucket(config.bucket())
                                .prefix(S3Name.prefix(config))
                                .encodingType("url")
                                .keyMarker(keyMarker)
                                .uploadIdMarker(uploadMarker)
                                .build()));
                page = answer.result();
                Instant before = S3Headers.date(answer.headers(), config).minus(config.abandonedAfter());
                for (ListMultipartUploadsResult.Upload upload : page.uploads()) {
                    upload.setEncodingType(page.encodingType());
                    if (!upload.initiated().toInstant().isAfter(before) && !uploads.contains(upload.uploadId())) {
                        abort(upload);
                    }
                }
            } while (page.isTruncated());
        } catch (S3Exception e) {
            throw e.failed("remove abandoned uploads from s3://" + config.bucket() + "/" + config.prefix());
        }
    }

    private void abort(ListMultipartUploadsResult.Upload upload) throws S3Exception {
        try {
            client.send(minio -> minio.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                    .bucket(config.bucket())
                    .object(upload.objectName())
                    .uploadId(upload.uploadId())
                    .build()));
        } catch (S3Exception e) {
            if (!e.answer().isNoSuchUpload()) {
                throw e;
            }
        }
    }

    @Override
    public String location(String key) {
        return S3Name.of(config, key).location();
    }

    @Override
    public boolean keepsAttributes() {
        return true;
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "MinioObjectStore[" + config + "]";
    }

    private static ObjectNotFoundException notFound(S3Name name) {
        return new ObjectNotFoundException(name.key(), name.location(), null);
    }
}
