package dev.reliability.s3;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectKeys;
import dev.reliability.core.storage.ObjectStoreException;
import io.minio.ListObjectsV2Args;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects below a prefix, a page of at most 1,000 at a time. A server that does not keep S3's order, that of the
 * keys' UTF-8 bytes, is found out: who merges two listings would take present objects for missing ones.
 */
final class S3Listing implements Iterator<ObjectInfo> {
    private static final Logger LOG = LoggerFactory.getLogger(MinioObjectStore.class);
    private static final int PAGE = 1_000;

    private final S3Client client;
    private final String storePrefix;
    private final String prefix;
    private final String tried;
    private @Nullable ListBucketResultV2 page;
    private Iterator<? extends Item> items = Collections.emptyIterator();
    private byte[] last = new byte[0];
    private @Nullable ObjectInfo next;

    S3Listing(S3Client client, String prefix) {
        this.client = client;
        this.storePrefix = S3Name.prefix(client.config());
        this.prefix = storePrefix + prefix;
        this.tried = "list s3://" + client.config().bucket() + "/" + this.prefix;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            try {
                next = advance();
            } catch (ObjectStoreException e) {
                throw new UncheckedIOException(e);
            }
        }
        return next != null;
    }

    @Override
    public ObjectInfo next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        ObjectInfo result = next;
        next = null;
        return result;
    }

    private @Nullable ObjectInfo advance() throws ObjectStoreException {
        while (true) {
            while (items.hasNext()) {
                Item item = items.next();
                requireOrder(item.objectName());
                String key = item.objectName().substring(storePrefix.length());
                if (isObject(key)) {
                    return new ObjectInfo(key, item.size(), item.lastModified().toInstant(), ObjectAttributes.NONE);
                }
            }
            if (page != null && !page.isTruncated()) {
                return null;
            }
            fetch(page == null ? null : page.nextContinuationToken());
        }
    }

    private void fetch(@Nullable String token) throws ObjectStoreException {
        try {
            ListBucketResultV2 fetched = client.send(minio -> minio.listObjectsV2(ListObjectsV2Args.builder()
                            .bucket(client.config().bucket())
                            .prefix(prefix)
                            // XML cannot hold every character that a key can.
                            .encodingType("url")
                            .maxKeys(PAGE)
                            .continuationToken(token)
                            .build()))
                    .result();
            if (fetched.isTruncated() && fetched.nextContinuationToken() == null) {
                throw new ObjectStoreException(
                        "cannot " + tried + ": the server breaks off in the middle", false, null);
            }
            fetched.contents().forEach(item -> item.setEncodingType(fetched.encodingType()));
            items = fetched.contents().iterator();
            page = fetched;
        } catch (S3Exception e) {
            throw e.failed(tried);
        }
    }

    private boolean isObject(String key) {
        if (key.startsWith(ObjectKeys.RESERVED + "/")) {
            return false;
        }
        if (ObjectKeys.isValid(key)) {
            return true;
        }
        // Some tools make empty objects like "folder/" so that a folder shows up.
        if (!key.endsWith("/")) {
            LOG.warn(
                    "not listed: an object in s3://{}/{} whose name is not a valid key",
                    client.config().bucket(),
                    prefix);
        }
        return false;
    }

    private void requireOrder(String name) throws ObjectStoreException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (Arrays.compareUnsigned(last, bytes) >= 0 && last.length > 0) {
            throw new ObjectStoreException(
                    "cannot " + tried + ": " + client.config().url()
                            + " does not list in the order of UTF-8 bytes, as S3 does",
                    false,
                    null);
        }
        last = bytes;
    }
}
