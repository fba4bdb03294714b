package dev.reliability.s3;

import dev.reliability.core.storage.ObjectKeys;

/**
 * What a key is called in the bucket.
 *
 * @param bucket the bucket
 * @param key the key, without the store's prefix
 * @param object the same with it
 */
record S3Name(String bucket, String key, String object) {

    /**
     * The name of a user's object.
     *
     * @throws IllegalArgumentException if the key is not one
     */
    static S3Name of(S3Config config, String key) {
        ObjectKeys.require(key);
        return new S3Name(config.bucket(), key, prefix(config) + key);
    }

    /** The name of an object of the store's own. */
    static S3Name own(S3Config config, String name) {
        String key = ObjectKeys.RESERVED + "/" + name;
        return new S3Name(config.bucket(), key, prefix(config) + key);
    }

    /** What all names of a store begin with. */
    static String prefix(S3Config config) {
        return config.prefix().isEmpty() ? "" : config.prefix() + "/";
    }

    String location() {
        return "s3://" + bucket + "/" + object;
    }
}
