package dev.reliability.s3;

import dev.reliability.core.storage.ObjectKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where an S3 server is and how to talk to it. Immutable; all faults are reported together when it is built.
 *
 * <pre>{@code
 * S3Config config = S3Config.builder()
 *         .endpoint("minio:9000")
 *         .credentials("minioadmin", "minioadmin123")
 *         .bucket("ai-doc")
 *         .build();
 * }</pre>
 *
 * @param endpoint {@code host:port} or a URL without a path; without a scheme it is http
 * @param accessKey the name of the credentials
 * @param secretKey their secret; never printed
 * @param bucket created if it is not there; 3 to 63 letters in lower case, digits, dots and hyphens
 * @param prefix what comes before each key, empty or like {@code backups/daily}, at most 127 bytes of UTF-8; stores with
 *     different prefixes share a bucket without seeing each other if neither prefix is a folder of the other
 * @param region empty: the server is asked for it, which needs the right to do so; default empty
 * @param connectTimeout how long a connection may take, 100 ms to 1 minute; default 2 seconds
 * @param timeout how long the server may be silent while it sends or receives, 100 ms to 10 minutes; default 10 seconds.
 *     Putting the parts of a large object together may take the server 5 minutes
 * @param partBytes how much of an object is kept in memory by each writer, 5 MiB to 512 MiB; an object has at most
 *     10,000 parts. Default 8 MiB, which limits an object to 78 GiB
 * @param abandonedAfter how old an unfinished upload must be to count as abandoned, zero or more; default 24 hours. No
 *     living writer of another process may take longer than this for one object
 */
public record S3Config(
        String endpoint,
        String accessKey,
        String secretKey,
        String bucket,
        String prefix,
        Optional<String> region,
        Duration connectTimeout,
        Duration timeout,
        int partBytes,
        Duration abandonedAfter) {
    private static final int MIB = 1024 * 1024;
    private static final int MAX_PREFIX_BYTES = 127;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9](?:[a-z0-9]|[.-](?![.-])){1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    /** Checks all values; {@link #builder()} has the defaults. */
    public S3Config {
        List<String> faults = new ArrayList<>();
        if (url(endpoint) == null) {
            faults.add("endpoint is '" + endpoint + "', must be host:port or http(s)://host:port without a path");
        }
        if (accessKey.isBlank()) {
            faults.add("accessKey is empty");
        }
        if (secretKey.isBlank()) {
            faults.add("secretKey is empty");
        }
        if (!BUCKET.matcher(bucket).matches()) {
            faults.add("bucket is '" + bucket
                    + "', must be 3 to 63 letters in lower case, digits, and single dots and hyphens between them");
        }
        if (!prefix.isEmpty() && !ObjectKeys.isValid(prefix)) {
            faults.add("prefix is '" + prefix + "', must be empty or a path like backups/daily");
        } else if (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
            faults.add("prefix is '" + prefix + "', must have at most " + MAX_PREFIX_BYTES + " bytes of UTF-8");
        }
        if (region.isPresent() && !REGION.matcher(region.get()).matches()) {
            faults.add("region is '" + region.get() + "', must be letters, digits, - and _");
        }
        range(faults, "connectTimeout", connectTimeout, SHORTEST, Duration.ofMinutes(1));
        range(faults, "timeout", timeout, SHORTEST, Duration.ofMinutes(10));
        if (partBytes < 5 * MIB || partBytes > 512 * MIB) {
            faults.add("partBytes is " + partBytes + ", must be from 5 MiB to 512 MiB");
        }
        range(faults, "abandonedAfter", abandonedAfter, Duration.ZERO, Duration.ofDays(365));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("S3 storage: " + String.join("; ", faults));
        }
    }

    /** Everything that has a default has it; the endpoint, the credentials and the bucket must be set. */
    public static Builder builder() {
        return new Builder();
    }

    /** The endpoint with its scheme. */
    HttpUrl url() {
        HttpUrl url = url(endpoint);
        if (url == null) {
            throw new IllegalStateException("not an endpoint: " + endpoint);
        }
        return url;
    }

    private static @Nullable HttpUrl url(String endpoint) {
        HttpUrl url = HttpUrl.parse(endpoint.contains("://") ? endpoint : "http://" + endpoint);
        boolean bare = url != null
                && url.encodedPath().equals("/")
                && url.query() == null
                && url.fragment() == null
                && url.username().isEmpty();
        return bare ? url : null;
    }

    private static void range(List<String> faults, String property, Duration value, Duration from, Duration to) {
        if (value.compareTo(from) < 0 || value.compareTo(to) > 0) {
            faults.add(property + " is " + value + ", must be from " + from + " to " + to);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "S3Config[endpoint=" + endpoint + ", accessKey=" + accessKey + ", bucket=" + bucket + ", prefix="
                + prefix
                + ", region=" + region.orElse("") + ", connectTimeout=" + connectTimeout + ", timeout=" + timeout
                + ", partBytes=" + partBytes + ", abandonedAfter=" + abandonedAfter + "]";
    }

    /** Collects the values of an {@link S3Config}. For one thread. */
    public static final class Builder {
        private String endpoint = "";
        private String accessKey = "";
        private String secretKey = "";
        private String bucket = "";
        private String prefix = "";
        private Optional<String> region = Optional.empty();
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration timeout = Duration.ofSeconds(10);
        private int partBytes = 8 * MIB;
        private Duration abandonedAfter = Duration.ofHours(24);

        private Builder() {}

        /** See {@link S3Config#endpoint()}; required. */
        public Builder endpoint(String endpoint) {
            this.endpoint = endpoint;
            return this;
        }

        /** See {@link S3Config#accessKey()} and {@link S3Config#secretKey()}; required. */
        public Builder credentials(String accessKey, String secretKey) {
            this.accessKey = accessKey;
            this.secretKey = secretKey;
            return this;
        }

        /** See {@link S3Config#bucket()}; required. */
        public Builder bucket(String bucket) {
            this.bucket = bucket;
            return this;
        }

        /** See {@link S3Config#prefix()}. */
        public Builder prefix(String prefix) {
            this.prefix = prefix;
            return this;
        }

        /** See {@link S3Config#region()}; empty or null for none. */
        public Builder region(@Nullable String region) {
            this.region = Optional.ofNullable(region).filter(given -> !given.isEmpty());
            return this;
        }

        /** See {@link S3Config#connectTimeout()}. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /** See {@link S3Config#timeout()}. */
        public Builder timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        /** See {@link S3Config#partBytes()}. */
        public Builder partBytes(int partBytes) {
            this.partBytes = partBytes;
            return this;
        }

        /** See {@link S3Config#abandonedAfter()}. */
        public Builder abandonedAfter(Duration abandonedAfter) {
            this.abandonedAfter = abandonedAfter;
            return this;
        }

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException naming every fault: property, value, rule
         */
        public S3Config build() {
            return new S3Config(
                    endpoint,
                    accessKey,
                    secretKey,
                    bucket,
                    prefix,
                    region,
                    connectTimeout,
                    timeout,
                    partBytes,
                    abandonedAfter);
        }
    }
}
