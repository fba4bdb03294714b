package dev.reliability.sample.configuration;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place of backups. */
public sealed interface RepositorySettings {
    /** In a folder. */
    record Folder(Path folder) implements RepositorySettings {}

    /** In S3. */
    record Bucket(S3Settings bucket) implements RepositorySettings {}

    /** Where the backups are. */
    static RepositorySettings read(Values values) {
        Optional<String> url = values.find(Variables.BACKUP_REPOSITORY);
        return url.isEmpty() ? new Folder(values.get(Variables.BACKUP_DIR)) : S3Url.BACKUPS.read(values, url.get());
    }

    /** Where copies of them are; empty for nowhere. */
    static Optional<RepositorySettings> readOffsite(Values values) {
        return values.find(Variables.BACKUP_OFFSITE)
                .map(place -> place.startsWith("/") ? new Folder(Path.of(place)) : S3Url.OFFSITE.read(values, place));
    }

    /**
     * A place in S3 by its URL, and what is needed to get there.
     *
     * @param url the variable that has the URL
     */
    record S3Url(
            Variable<String> url,
            Variable<String> endpoint,
            Variable<String> accessKey,
            Variable<String> secretKey,
            Variable<String> region) {
        private static final Pattern FORM = Pattern.compile("s3://([^/]+)(?:/(.*?))?/?");

        static final S3Url BACKUPS = new S3Url(
                Variables.BACKUP_REPOSITORY,
                Variables.BACKUP_S3_ENDPOINT,
                Variables.BACKUP_S3_ACCESS_KEY,
                Variables.BACKUP_S3_SECRET_KEY,
                Variables.BACKUP_S3_REGION);

        static final S3Url OFFSITE = new S3Url(
                Variables.BACKUP_OFFSITE,
                Variables.OFFSITE_S3_ENDPOINT,
                Variables.OFFSITE_S3_ACCESS_KEY,
                Variables.OFFSITE_S3_SECRET_KEY,
                Variables.OFFSITE_S3_REGION);

        RepositorySettings read(Values values, String text) {
            Matcher matcher = FORM.matcher(text);
            boolean wellFormed = matcher.matches() && S3Settings.isBucket(matcher.group(1));
            if (!wellFormed) {
                values.fault(
                        url,
                        "is '" + Values.printable(text) + "', must be "
                                + url.rule().description());
            }
            String why = " with " + url.name();
            String server = values.require(endpoint, why);
            if (!server.isEmpty() && !S3Settings.isEndpoint(server)) {
                values.fault(endpoint, "is '" + Values.printable(server) + "', must be host:port or a URL");
            }
            return new Bucket(new S3Settings(
                    server,
                    new Secret(values.require(accessKey, why)),
                    new Secret(values.require(secretKey, why)),
                    wellFormed ? matcher.group(1) : "",
                    wellFormed && matcher.group(2) != null ? matcher.group(2) : "",
                    values.get(region)));
        }
    }
}
