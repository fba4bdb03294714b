package dev.reliability.sample.configuration;

import java.nio.file.Path;

/** Where the documents' bytes are. */
public sealed interface StorageSettings {

    /**
     * In a folder.
     *
     * @param folder made if it is not there
     */
    record Local(Path folder) implements StorageSettings {}

    /**
     * In an S3 server.
     *
     * @param bucket made if it is not there
     */
    record S3(S3Settings bucket) implements StorageSettings {}

    /** What the environment says. */
    static StorageSettings read(Values values) {
        if (values.get(Variables.STORAGE_TYPE).equals("local")) {
            return new Local(values.get(Variables.STORAGE_DIR));
        }
        String why = " with STORAGE_TYPE=minio";
        String endpoint = values.require(Variables.MINIO_ENDPOINT, why);
        if (!endpoint.isEmpty() && !S3Settings.isEndpoint(endpoint)) {
            values.fault(
                    Variables.MINIO_ENDPOINT, "is '" + Values.printable(endpoint) + "', must be host:port or a URL");
        }
        String bucket = values.require(Variables.MINIO_BUCKET, why);
        if (!bucket.isEmpty() && !S3Settings.isBucket(bucket)) {
            values.fault(
                    Variables.MINIO_BUCKET,
                    "is '" + Values.printable(bucket)
                            + "', must be the name of a bucket: 3 to 63 of a-z, 0-9, '-' and '.'");
        }
        return new S3(new S3Settings(
                endpoint,
                new Secret(values.require(Variables.MINIO_ACCESS_KEY, why)),
                new Secret(values.require(Variables.MINIO_SECRET_KEY, why)),
                bucket,
                "",
                values.get(Variables.MINIO_REGION)));
    }
}
