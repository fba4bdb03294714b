package dev.reliability.s3;

import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectStoreException;
import io.minio.HeadObjectResponse;
import io.minio.Http;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import okhttp3.Headers;

/** What we say and read in the headers of requests and answers. */
final class S3Headers {
    /** What the names of the user's own metadata begin with. */
    static final String METADATA = "x-amz-meta-";

    /** The mark of a write, see {@link S3Write}; readers do not see it. */
    static final String MARK = METADATA + "reliability-write";

    private S3Headers() {}

    /**
     * Lets the server check what arrives. Of all checksums this is the one that every S3 server knows, also for the
     * parts of an upload; the library adds its own only where this is missing.
     */
    static Http.Headers md5(byte[] bytes, int length) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes, 0, length);
            return new Http.Headers(
                    Http.Headers.CONTENT_MD5, Base64.getEncoder().encodeToString(md5.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** The server's time. */
    static Instant date(Headers answer, S3Config config) throws ObjectStoreException {
        Date date = answer.getDate("Date");
        if (date == null) {
            throw new ObjectStoreException(
                    "no S3 server seems to be at " + config.url() + ": its answers have no Date", false, null);
        }
        return date.toInstant();
    }

    /** What was kept beside an object, without what this class's package added. */
    static ObjectAttributes attributes(HeadObjectResponse answer) {
        Map<String, String> metadata = new HashMap<>();
        for (String header : answer.headers().names()) {
            String name = header.toLowerCase(Locale.ROOT);
            if (name.startsWith(METADATA) && !name.equals(MARK)) {
                metadata.put(
                        name.substring(METADATA.length()),
                        String.join(",", answer.headers().values(header)));
            }
        }
        return new ObjectAttributes(answer.contentType(), metadata);
    }
}
