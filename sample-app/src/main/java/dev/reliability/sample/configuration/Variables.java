package dev.reliability.sample.configuration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every variable that there is, in the order of the documentation. */
final class Variables {
    private static final List<Variable<?>> REGISTERED = new ArrayList<>();
    private static final String SIZE_1_GIB = "1073741824";
    private static final String SIZE_5_GIB = "5368709120";

    // The server
    static final Variable<Integer> SERVER_PORT = plain(
            "SERVER_PORT",
            "8080",
            Rule.integer(0, 65_535),
            "Port of the API, the probes and the page; 0: any free one");
    static final Variable<Integer> MANAGEMENT_PORT = plain(
            "MANAGEMENT_PORT",
            null,
            Rule.integer(0, 65_535),
            "Port for the probes and `/metrics` alone, without tokens; not set: none; 0: any free one");
    static final Variable<Duration> DRAIN_SECONDS = plain(
            "DRAIN_SECONDS",
            "5",
            Rule.seconds(0, 600),
            "How long, on SIGTERM, requests are still served while `/health/ready` already answers 503");
    static final Variable<Boolean> METRICS_PUBLIC =
            plain("METRICS_PUBLIC", "false", Rule.bool(), "Whether `/metrics` on `SERVER_PORT` needs no token");

    // The database
    static final Variable<String> DB_HOST = plain(
            "DB_HOST",
            "localhost",
            Rule.matching("a host name or an address", "[^\\s/,?&#'\\\\]+"),
            "Host of PostgreSQL");
    static final Variable<Integer> DB_PORT = plain("DB_PORT", "5432", Rule.integer(1, 65_535), "Port of PostgreSQL");
    static final Variable<String> DB_USER = plain("DB_USER", "postgres", Rule.name(), "Role to log in as");
    static final Variable<String> DB_PASSWORD =
            secret("DB_PASSWORD", Rule.text("a password"), "Password of `DB_USER`; required");
    static final Variable<String> DB_NAME = plain("DB_NAME", "ai_doc_library", Rule.name(), "Database to use");
    static final Variable<Integer> DB_POOL_SIZE = plain(
            "DB_POOL_SIZE", "5", Rule.integer(1, 1_000), "Connections that one instance opens at most for requests");
    static final Variable<String> DB_SSLMODE = plain(
            "DB_SSLMODE",
            "prefer",
            Rule.oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
            "TLS to PostgreSQL, as libpq's `sslmode`");
    static final Variable<Path> PG_BIN = plain(
            "PG_BIN",
            null,
            Rule.path(),
            "Folder with pg_dump and psql; not set: those of the server's major version are looked for");

    static final Variable<String> DB_ADMIN_USER = plain(
            "DB_ADMIN_USER",
            "postgres",
            Rule.name(),
            "Role that may create roles, for `restore --roles` alone, which makes those of a backup on a new server");
    static final Variable<String> DB_ADMIN_PASSWORD =
            secret("DB_ADMIN_PASSWORD", Rule.text("a password"), "Password of `DB_ADMIN_USER`; required there");

    // The documents
    static final Variable<String> STORAGE_TYPE = plain(
            "STORAGE_TYPE", "local", Rule.oneOf("local", "minio"), "Where the documents' bytes are: a folder or S3");
    static final Variable<Path> STORAGE_DIR =
            plain("STORAGE_DIR", "/app/storage", Rule.path(), "The folder, for `local`");
    static final Variable<String> MINIO_ENDPOINT = plain(
            "MINIO_ENDPOINT",
            null,
            Rule.text("host:port or a URL"),
            "The S3 server, for `minio`; without a scheme it is http; required there");
    static final Variable<String> MINIO_ACCESS_KEY =
            secret("MINIO_ACCESS_KEY", Rule.text("an access key"), "Access key, for `minio`; required there");
    static final Variable<String> MINIO_SECRET_KEY =
            secret("MINIO_SECRET_KEY", Rule.text("a secret key"), "Secret key, for `minio`; required there");
    static final Variable<String> MINIO_BUCKET = plain(
            "MINIO_BUCKET",
            null,
            Rule.text("the name of a bucket"),
            "Bucket, for `minio`, made if it is missing; required there");
    static final Variable<String> MINIO_REGION =
            plain("MINIO_REGION", "us-east-1", Rule.text("a region"), "Region, for `minio`");
    static final Variable<Long> MAX_UPLOAD_BYTES =
            plain("MAX_UPLOAD_BYTES", SIZE_5_GIB, Rule.size(1), "Size of the largest document (5 GiB); over it 413");
    static final Variable<Long> MIN_FREE_BYTES = plain(
            "MIN_FREE_BYTES",
            SIZE_1_GIB,
            Rule.size(0),
            "Room that an upload must leave in `STORAGE_DIR` (1 GiB); below it 507");
    static final Variable<Duration> DELETE_GRACE = plain(
            "DELETE_GRACE",
            "24h",
            Rule.duration(Duration.ZERO, Duration.ofDays(365)),
            "How long the bytes of a deleted or replaced document are kept");

    // Backups
    static final Variable<Path> BACKUP_DIR = plain(
            "BACKUP_DIR", "/app/backups", Rule.path(), "Folder of the backups, unless `BACKUP_REPOSITORY` is set");
    static final Variable<String> BACKUP_REPOSITORY = plain(
            "BACKUP_REPOSITORY",
            null,
            Rule.text("s3://bucket or s3://bucket/prefix"),
            "`s3://bucket/prefix` in place of a folder");
    static final Variable<String> BACKUP_S3_ENDPOINT = plain(
            "BACKUP_S3_ENDPOINT",
            null,
            Rule.text("host:port or a URL"),
            "The S3 server of `BACKUP_REPOSITORY`; required with it");
    static final Variable<String> BACKUP_S3_ACCESS_KEY =
            secret("BACKUP_S3_ACCESS_KEY", Rule.text("an access key"), "Access key there; required with it");
    static final Variable<String> BACKUP_S3_SECRET_KEY =
            secret("BACKUP_S3_SECRET_KEY", Rule.text("a secret key"), "Secret key there; required with it");
    static final Variable<String> BACKUP_S3_REGION =
            plain("BACKUP_S3_REGION", "us-east-1", Rule.text("a region"), "Region there");
    static final Variable<String> BACKUP_OFFSITE = plain(
            "BACKUP_OFFSITE",
            null,
            Rule.text("s3://bucket or s3://bucket/prefix, or an absolute path"),
            "Second place, into which every backup is copied when it is made; not set: none. Only creating, reading and"
                    + " listing is asked of it");
    static final Variable<String> OFFSITE_S3_ENDPOINT = plain(
            "OFFSITE_S3_ENDPOINT",
            null,
            Rule.text("host:port or a URL"),
            "The S3 server of `BACKUP_OFFSITE`; required with `s3://`");
    static final Variable<String> OFFSITE_S3_ACCESS_KEY =
            secret("OFFSITE_S3_ACCESS_KEY", Rule.text("an access key"), "Access key there; required with `s3://`");
    static final Variable<String> OFFSITE_S3_SECRET_KEY =
            secret("OFFSITE_S3_SECRET_KEY", Rule.text("a secret key"), "Secret key there; required with `s3://`");
    static final Variable<String> OFFSITE_S3_REGION =
            plain("OFFSITE_S3_REGION", "us-east-1", Rule.text("a region"), "Region there");
    static final Variable<String> BACKUP_SIGNING_KEY = secret(
            "BACKUP_SIGNING_KEY",
            Rule.text("keys of 32 bytes or more, separated by commas"),
            "Signs backups; with it only signed ones are restored. The first key signs, all are trusted");
    static final Variable<String> BACKUP_SCHEDULE = plain(
            "BACKUP_SCHEDULE",
            null,
            Rule.text("five cron fields, then if wanted a time zone"),
            "When `serve` makes a backup of everything and cleans up, such as `0 2 * * *` (UTC) or `0 2 * * *"
                    + " Asia/Shanghai`; not set: never. One for each time, however many instances have it");
    static final Variable<String> BACKUP_JOB_NAME = plain(
            "BACKUP_JOB_NAME",
            null,
            Rule.text("the name of a Kubernetes Job"),
            "`auto-backup-<minutes since 1970>`, as a CronJob names its Jobs: `backup` makes the scheduled backup of"
                    + " that minute, as with `--scheduled-for`; any other name says nothing");
    static final Variable<Path> VERIFY_DIR = plain(
            "VERIFY_DIR",
            null,
            Rule.path(),
            "Where a test restore keeps the files of its PostgreSQL while it runs, at a short path, with room for the"
                    + " database; not set: the machine's temporary folder");
    static final Variable<String> VERIFY_SCHEDULE = plain(
            "VERIFY_SCHEDULE",
            null,
            Rule.text("five cron fields, then if wanted a time zone"),
            "When `serve` restores the newest backups for a test, such as `0 4 * * *`, better after the backup than at the"
                    + " same time; not set: never. Once for each time, however many instances have it");
    static final Variable<Duration> VERIFY_MAX_AGE = plain(
            "VERIFY_MAX_AGE",
            "7d",
            Rule.duration(Duration.ofMinutes(1), Duration.ofDays(3_650)),
            "The check `backup` is degraded when the newest backup that a test restore proved is older; where there is none,"
                    + " when the repository is");
    static final Variable<Integer> RETENTION_DAYS =
            plain("RETENTION_DAYS", "7", Rule.integer(1, 36_500), "Days that a backup is kept");
    static final Variable<Integer> RETENTION_MIN = plain(
            "RETENTION_MIN", "3", Rule.integer(1, 10_000), "Backups of each type that are kept however old they are");
    static final Variable<String> BACKUP_COMPRESSION = plain(
            "BACKUP_COMPRESSION",
            "gzip",
            Rule.oneOf("gzip", "zstd"),
            "How new backups are compressed; both kinds are restored, whatever this says");
    static final Variable<Boolean> BACKUP_SKIP_UNCHANGED = plain(
            "BACKUP_SKIP_UNCHANGED",
            "false",
            Rule.bool(),
            "Whether a document is not read again that has the length and the moment of writing that it had in the backup"
                    + " before; not with encryption. By default every byte is read");
    static final Variable<String> BACKUP_ENCRYPTION_RECIPIENTS = plain(
            "BACKUP_ENCRYPTION_RECIPIENTS",
            null,
            Rule.text("age recipients, separated by commas"),
            "To whom new backups are encrypted, as `age-keygen -y` prints them; not set: not at all. Needs"
                    + " `BACKUP_SIGNING_KEY`. Whoever loses all their identities loses these backups");
    static final Variable<Path> BACKUP_ENCRYPTION_IDENTITY_FILE = plain(
            "BACKUP_ENCRYPTION_IDENTITY_FILE",
            null,
            Rule.path(),
            "File with the identity of one of the recipients; needed only where encrypted backups are restored");
    static final Variable<Duration> BACKUP_STALL_MINUTES = plain(
            "BACKUP_STALL_MINUTES",
            "30",
            Rule.minutes(0, 43_200),
            "A backup fails if pg_dump writes no byte for so long; 0: it may be silent for ever");
    static final Variable<String> RESTORE_MODE = plain(
            "RESTORE_MODE",
            "switch",
            Rule.oneOf("switch", "in_place"),
            "How a restore replaces the database where it does not say");
    static final Variable<Duration> RESTORE_UNDO_HOURS =
            plain("RESTORE_UNDO_HOURS", "24", Rule.hours(0, 8_760), "Hours that a replaced database is kept");

    static final Variable<String> NOTIFY_WEBHOOK = secret(
            "NOTIFY_WEBHOOK",
            Rule.text("an http or https URL"),
            "Where the JSON of each backup, copy or verification that failed, and of incomplete backups, is posted to; not set:"
                    + " nowhere");

    // Tokens
    static final Variable<String> JWT_SECRET = secret(
            "JWT_SECRET",
            Rule.text("a text of 32 bytes or more"),
            "Signs tokens (HS256), 32 bytes or more; this or `JWT_PUBLIC_KEYS` is required to serve");
    static final Variable<String> JWT_PUBLIC_KEYS = plain(
            "JWT_PUBLIC_KEYS",
            null,
            Rule.text("a list, separated by commas, of kid=file.pem"),
            "Public keys in place of the secret, `kid=file.pem` separated by commas");
    static final Variable<String> JWT_ISSUER =
            plain("JWT_ISSUER", null, Rule.text("a text"), "What `iss` must be; not set: not looked at");
    static final Variable<String> JWT_AUDIENCE =
            plain("JWT_AUDIENCE", null, Rule.text("a text"), "What `aud` must name; not set: not looked at");

    // Health
    static final Variable<Set<String>> HEALTH_CHECKS = plain(
            "HEALTH_CHECKS",
            null,
            Rule.someOf("backup_repository", "backup"),
            "Checks in `/health` besides database and storage, separated by commas: `backup_repository`, whether it can be"
                    + " written; `backup`, whether backups are proved to restore, which at worst degrades");
    static final Variable<Set<String>> READY_CHECKS = plain(
            "READY_CHECKS",
            null,
            Rule.someOf("database", "storage", "backup_repository"),
            "Checks that `/health/ready` depends on too, separated by commas");
    static final Variable<String> HEALTH_LANGUAGE = plain(
            "HEALTH_LANGUAGE",
            "zh-CN",
            Rule.oneOf("zh-CN", "en"),
            "Language of the health messages where `Accept-Language` does not choose");

    /** All of them, in the order of the documentation. */
    static final List<Variable<?>> ALL = List.copyOf(REGISTERED);

    private Variables() {}

    private static <T> Variable<T> plain(String name, @Nullable String byDefault, Rule<T> rule, String meaning) {
        return registered(new Variable<>(name, byDefault, rule, false, meaning));
    }

    private static Variable<String> secret(String name, Rule<String> rule, String meaning) {
        return registered(new Variable<>(name, null, rule, true, meaning));
    }

    private static <T> Variable<T> registered(Variable<T> variable) {
        REGISTERED.add(variable);
        return variable;
    }
}
