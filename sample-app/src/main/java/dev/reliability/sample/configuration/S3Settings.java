package dev.reliability.sample.configuration;

/**
 * An S3 server and a place in it.
 *
 * @param endpoint a URL, or host and port
 * @param accessKey whose it is
 * @param secretKey the key to it
 * @param bucket the bucket
 * @param prefix what the keys begin with; empty for the whole bucket
 * @param region its region
 */
public record S3Settings(
        String endpoint, Secret accessKey, Secret secretKey, String bucket, String prefix, String region) {
    /** Whether this text names an S3 server. */
    static boolean isEndpoint(String text) {
        return text.matches("(https?://)?[A-Za-z0-9._\\-\\[\\]:]+(:\\d{1,5})?/?");
    }

    /** Whether this text names a bucket. */
    static boolean isBucket(String text) {
        return text.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    }
}
