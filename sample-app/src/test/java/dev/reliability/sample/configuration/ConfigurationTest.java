package dev.reliability.sample.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.sample.configuration.TokenSettings.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final String SECRET = "a secret of thirty-two bytes or even more";

    @TempDir
    private Path folder;

    @Test
    void two_secrets_are_enough_and_everything_else_has_its_default() throws Exception {
        Configuration configuration = Configuration.forServing(with());

        assertThat(configuration.server())
                .isEqualTo(new ServerSettings(8080, Optional.empty(), Duration.ofSeconds(5), false));
        assertThat(configuration.database().host()).isEqualTo("localhost");
        assertThat(configuration.database().port()).isEqualTo(5432);
        assertThat(configuration.database().user()).isEqualTo("postgres");
        assertThat(configuration.database().name()).isEqualTo("ai_doc_library");
        assertThat(configuration.database().poolSize()).isEqualTo(5);
        assertThat(configuration.storage()).isEqualTo(new StorageSettings.Local(Path.of("/app/storage")));
        assertThat(configuration.documents()).isEqualTo(new DocumentSettings(5L << 30, 1L << 30, Duration.ofHours(24)));
        assertThat(configuration.backups().repository())
                .isEqualTo(new RepositorySettings.Folder(Path.of("/app/backups")));
        assertThat(configuration.backups().retentionDays()).isEqualTo(7);
        assertThat(configuration.backups().retentionMinimum()).isEqualTo(3);
        assertThat(configuration.backups().compression()).isEqualTo("gzip");
        assertThat(configuration.backups().undo()).isEqualTo(Duration.ofHours(24));
        assertThat(configuration.health()).isEqualTo(new HealthSettings(Set.of(), Set.of(), "zh-CN"));
    }

    @Test
    void a_schedule_is_read_with_its_zone_and_a_fault_in_it_is_named_with_its_place() throws Exception {
        assertThat(Configuration.forServing(with()).backups().schedule()).isEmpty();
        assertThat(Configuration.forServing(with("BACKUP_SCHEDULE", "0 2 * * * Asia/Shanghai"))
                        .backups()
                        .schedule())
                .hasToString("Optional[0 2 * * * Asia/Shanghai]");
        assertThat(faults(with("BACKUP_SCHEDULE", "0 25 * * *")))
                .singleElement()
                .asString()
                .startsWith("BACKUP_SCHEDULE is '0 25 * * *': the hour '25' at column 3 is wrong: ");
    }

    @Test
    void a_jobs_name_says_the_minute_if_a_schedule_made_it() throws Exception {
        assertThat(Configuration.forServing(with("BACKUP_JOB_NAME", "auto-backup-29456760"))
                        .backups()
                        .jobFireTime())
                .contains(Instant.parse("2026-01-03T02:00:00Z"));
        assertThat(Configuration.forServing(with("BACKUP_JOB_NAME", "manual-backup-7"))
                        .backups()
                        .jobFireTime())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/secret", "host/secret", "http:///secret", "http://ho st/secret"})
    void a_webhook_is_an_http_address_and_is_never_printed(String address) {
        assertThat(faults(with("NOTIFY_WEBHOOK", address)))
                .containsExactly("NOTIFY_WEBHOOK must be an http or https URL");
    }

    @Test
    void an_empty_text_counts_as_none() throws Exception {
        assertThat(Configuration.forServing(with("DB_PORT", "", "JWT_ISSUER", ""))
                        .database()
                        .port())
                .isEqualTo(5432);
    }

    @Test
    void all_faults_are_told_at_once_each_with_its_variable() {
        assertThat(faults(
                        with("DB_PORT", "abc", "RETENTION_DAYS", "-1", "JWT_SECRET", "short", "STORAGE_TYPE", "tape")))
                .containsExactlyInAnyOrder(
                        "DB_PORT is 'abc', must be a whole number from 1 to 65535",
                        "RETENTION_DAYS is '-1', must be a whole number from 1 to 36500",
                        "STORAGE_TYPE is 'tape', must be local or minio",
                        "JWT_SECRET has 5 bytes in UTF-8, must have 32 or more");
    }

    @Test
    void skipping_unchanged_documents_does_not_go_with_encryption() {
        assertThat(faults(with(
                        "BACKUP_SKIP_UNCHANGED",
                        "true",
                        "BACKUP_SIGNING_KEY",
                        SECRET,
                        "BACKUP_ENCRYPTION_RECIPIENTS",
                        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")))
                .containsExactly("BACKUP_SKIP_UNCHANGED does not go with BACKUP_ENCRYPTION_RECIPIENTS: nobody can read"
                        + " here what the backup before said of a document");
    }

    @Test
    void encryption_needs_a_signing_key_recipients_that_are_some_and_an_identity_file_that_is_there() {
        assertThat(faults(with(
                        "BACKUP_ENCRYPTION_RECIPIENTS",
                        "age1wrong, AGE-SECRET-KEY-1HUSH",
                        "BACKUP_ENCRYPTION_IDENTITY_FILE",
                        "/nowhere/identity.txt")))
                .containsExactlyInAnyOrder(
                        "BACKUP_ENCRYPTION_RECIPIENTS needs BACKUP_SIGNING_KEY: the names of encrypted contents are made"
                                + " of it",
                        "BACKUP_ENCRYPTION_RECIPIENTS is wrong: 'age1wrong' is not an age recipient: age1 and 58 more"
                                + " letters and digits; recipient 2 is an identity, which is secret; give its recipient,"
                                + " as age-keygen -y prints it",
                        "BACKUP_ENCRYPTION_IDENTITY_FILE can not be used: there is no identity file at"
                                + " /nowhere/identity.txt");
    }

    @Test
    void what_is_required_is_named_when_it_is_missing() {
        assertThat(faults(Map.of()))
                .containsExactly(
                        "DB_PASSWORD is not set: must be a password, or its file's path in DB_PASSWORD_FILE",
                        "JWT_SECRET is not set: must be a text of 32 bytes or more, or its file's path in"
                                + " JWT_SECRET_FILE");
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_PORT, 65536",
        "SERVER_PORT, -1",
        "SERVER_PORT, 8080a",
        "MANAGEMENT_PORT, 8080",
        "DB_PORT, 0",
        "DB_POOL_SIZE, 0",
        "DB_SSLMODE, yes",
        "DB_HOST, 'a b'",
        "DRAIN_SECONDS, 601",
        "METRICS_PUBLIC, maybe",
        "MAX_UPLOAD_BYTES, 0",
        "MAX_UPLOAD_BYTES, 5G",
        "MIN_FREE_BYTES, -1",
        "DELETE_GRACE, 24",
        "DELETE_GRACE, 366d",
        "RETENTION_MIN, 0",
        "BACKUP_COMPRESSION, xz",
        "RESTORE_MODE, rename",
        "BACKUP_STALL_MINUTES, -1",
        "RESTORE_UNDO_HOURS, -1",
        "HEALTH_LANGUAGE, fr",
        "HEALTH_CHECKS, disk",
        "READY_CHECKS, 'database,'",
        "BACKUP_REPOSITORY, ftp://x",
        "BACKUP_SIGNING_KEY, short",
        "JWT_PUBLIC_KEYS, nonsense"
    })
    void a_wrong_value_is_named_with_its_variable(String name, String value) {
        assertThat(faults(with(name, value)))
                .anySatisfy(fault -> assertThat(fault).startsWith(name + " "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT_SECRET", "BACKUP_SIGNING_KEY"})
    void no_fault_shows_a_secret(String name) {
        assertThat(faults(with(name, "hush-hush"))).noneMatch(fault -> fault.contains("hush"));
    }

    @Test
    void a_configuration_prints_no_secret() throws Exception {
        Configuration configuration = Configuration.forServing(with(
                "STORAGE_TYPE",
                "minio",
                "MINIO_ENDPOINT",
                "minio:9000",
                "MINIO_BUCKET",
                "ai-doc",
                "MINIO_ACCESS_KEY",
                SECRET,
                "MINIO_SECRET_KEY",
                SECRET,
                "BACKUP_SIGNING_KEY",
                SECRET));

        assertThat(configuration.toString()).doesNotContain(SECRET).doesNotContain("pass word");
    }

    @Test
    void a_secret_may_come_from_a_file_without_the_line_break_at_its_end() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "pass word\n");
        Map<String, String> environment = new HashMap<>(with("DB_PASSWORD_FILE", file.toString()));
        environment.remove("DB_PASSWORD");

        assertThat(Configuration.forServing(environment).database().password().reveal())
                .isEqualTo("pass word");
    }

    @Test
    void a_file_that_can_not_be_read_is_named_once() {
        Map<String, String> environment = new HashMap<>(with("DB_PASSWORD_FILE", "/nowhere/at/all"));
        environment.remove("DB_PASSWORD");

        assertThat(faults(environment))
                .containsExactly(
                        "DB_PASSWORD_FILE names '/nowhere/at/all', which can not be read: NoSuchFileException");
    }

    @Test
    void a_secret_and_its_file_exclude_each_other() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "other");

        assertThat(faults(with("DB_PASSWORD_FILE", file.toString())))
                .containsExactly("DB_PASSWORD and DB_PASSWORD_FILE are both set, must be one of them");
    }

    @Test
    void only_secrets_are_read_from_files() throws Exception {
        Path file = Files.writeString(folder.resolve("port"), "1");

        assertThat(Configuration.forServing(with("DB_PORT_FILE", file.toString()))
                        .database()
                        .port())
                .isEqualTo(5432);
    }

    @Test
    void s3_needs_all_that_it_needs() {
        assertThat(faults(with("STORAGE_TYPE", "minio")))
                .extracting(fault -> fault.substring(0, fault.indexOf(' ')))
                .containsExactly("MINIO_ENDPOINT", "MINIO_BUCKET", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY");
    }

    @Test
    void the_guides_variables_for_s3_are_taken() throws Exception {
        Configuration configuration = Configuration.forServing(with(
                "STORAGE_TYPE",
                "minio",
                "MINIO_ENDPOINT",
                "minio:9000",
                "MINIO_ACCESS_KEY",
                "minioadmin",
                "MINIO_SECRET_KEY",
                "minioadmin123",
                "MINIO_BUCKET",
                "ai-doc"));

        assertThat(configuration.storage())
                .isEqualTo(new StorageSettings.S3(new S3Settings(
                        "minio:9000",
                        new Secret("minioadmin"),
                        new Secret("minioadmin123"),
                        "ai-doc",
                        "",
                        "us-east-1")));
    }

    @ParameterizedTest
    @CsvSource({"s3://backups, backups, ''", "s3://backups/, backups, ''", "s3://backups/a/b/, backups, a/b"})
    void a_repository_may_be_a_place_in_s3(String url, String bucket, String prefix) throws Exception {
        Configuration configuration = Configuration.forServing(with(
                "BACKUP_REPOSITORY",
                url,
                "BACKUP_S3_ENDPOINT",
                "https://s3.example.com",
                "BACKUP_S3_ACCESS_KEY",
                "a",
                "BACKUP_S3_SECRET_KEY",
                "b"));

        S3Settings s3 = ((RepositorySettings.Bucket) configuration.backups().repository()).bucket();
        assertThat(s3.bucket()).isEqualTo(bucket);
        assertThat(s3.prefix()).isEqualTo(prefix);
    }

    @Test
    void several_signing_keys_are_kept_in_their_order() throws Exception {
        String other = "another secret of thirty-two bytes or more";

        assertThat(Configuration.forServing(with("BACKUP_SIGNING_KEY", SECRET + "," + other))
                        .backups()
                        .signingKeys())
                .containsExactly(new Secret(SECRET), new Secret(other));
    }

    @Test
    void public_keys_take_the_place_of_the_secret() throws Exception {
        byte[] key =
                KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PUBLIC KEY-----\n";
        Path file = Files.writeString(folder.resolve("key.pem"), pem);
        Map<String, String> environment = new HashMap<>(with("JWT_PUBLIC_KEYS", "one=" + file));
        environment.remove("JWT_SECRET");

        assertThat(Configuration.forServing(environment).tokens().keys())
                .isEqualTo(new Keys.Public(Map.of("one", pem)));
    }

    @Test
    void public_keys_that_are_none_are_named() throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), "no key");
        Map<String, String> environment = new HashMap<>(with("JWT_PUBLIC_KEYS", "one=" + file));
        environment.remove("JWT_SECRET");

        assertThat(faults(environment)).singleElement().asString().startsWith("JWT_PUBLIC_KEYS ");
    }

    @Test
    void subcommands_need_only_their_own_variables() throws Exception {
        Configuration.forBackups(Map.of("DB_PASSWORD", "x", "JWT_SECRET", "short", "STORAGE_TYPE", "tape"));
        Configuration.forTokens(Map.of("JWT_SECRET", SECRET));
        Configuration.forStorage(Map.of());
    }

    private static Map<String, String> with(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(Map.of("DB_PASSWORD", "pass word", "JWT_SECRET", SECRET));
        List<String> all = Arrays.asList(namesAndValues);
        for (int i = 0; i < all.size(); i += 2) {
            environment.put(all.get(i), all.get(i + 1));
        }
        return environment;
    }

    private static List<String> faults(Map<String, String> environment) {
        return catchThrowableOfType(ConfigurationException.class, () -> Configuration.forServing(environment))
                .faults();
    }
}
