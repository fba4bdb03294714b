package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.backup.encryption.AgeKeys;
import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Lease;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.repository.RunningOperation;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Backups that only their recipients can read. The machine that makes them has no identity. */
@ExtendWith(PrivatePostgres.Shared.class)
class EncryptedBackupsTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";
    private static final String ROW = "a row that nobody may read";
    private static final String CONTENT = "a content that nobody may read";
    private static final String NAME = "the name of a client.txt";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private LocalObjectStore objects;
    private Path identity;
    private Path otherIdentity;

    EncryptedBackupsTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void fill() throws Exception {
        database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE secret (word text PRIMARY KEY)",
                "INSERT INTO secret VALUES ('" + ROW + "')");
        objects = LocalObjectStore.open(folder.resolve("objects"));
        put(NAME, CONTENT);
        put("second", CONTENT);
        identity = AgeKeys.make(folder.resolve("identity.txt"));
        otherIdentity = AgeKeys.make(folder.resolve("other.txt"));
    }

    @Test
    void nothingOfRowsKeysAndContents_canBeReadInTheRepository() throws Exception {
        try (BackupManager backups = encrypting().build()) {
            completed(backups, backups.create(BackupType.FULL, ALICE));
        }

        Map<Path, String> texts = texts();

        assertThat(texts)
                .hasSizeGreaterThan(8)
                .allSatisfy((file, text) -> assertThat(text)
                        .doesNotContain(ROW)
                        .doesNotContain(CONTENT)
                        .doesNotContain(NAME));
    }

    @Test
    void withTheIdentity_itIsRestored_alsoByAServiceThatDoesNotEncrypt() throws Exception {
        String id;
        try (BackupManager backups = encrypting().build()) {
            id = completed(backups, backups.create(BackupType.FULL, ALICE));
        }
        server.execute(PrivatePostgres.ROLE, database, "DELETE FROM secret");
        put("second", "written since");
        objects.delete(NAME);

        try (BackupManager backups =
                builder().identities(Identities.read(identity)).build()) {
            completed(backups, backups.restore(id, RestoreOptions.defaults(), ALICE));
        }

        assertThat(server.query(database, "SELECT word FROM secret")).containsExactly(ROW);
        assertThat(get(NAME)).isEqualTo(CONTENT);
        assertThat(get("second")).isEqualTo(CONTENT);
    }

    @Test
    void withoutAnIdentityThatOpensIt_aRestoreIsRefused_beforeAnythingIsTouched() throws Exception {
        try (BackupManager backups = encrypting().build()) {
            String id = completed(backups, backups.create(BackupType.DATABASE, ALICE));

            assertThatThrownBy(() -> backups.restore(id, RestoreOptions.defaults(), ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Refused.class,
                            refused -> assertThat(refused.reasons())
                                    .singleElement()
                                    .asString()
                                    .contains(".sql.gz.age is encrypted, and no identity is given"));
            try (BackupManager other =
                    encrypting().identities(Identities.read(otherIdentity)).build()) {
                assertThatThrownBy(() -> other.restore(id, RestoreOptions.defaults(), ALICE))
                        .isInstanceOfSatisfying(
                                BackupException.Refused.class,
                                refused -> assertThat(refused.reasons())
                                        .singleElement()
                                        .asString()
                                        .contains("not encrypted to any of the identities"));
                assertThat(other.busy()).isFalse();
            }
        }
    }

    @Test
    void aContentThatIsThere_isNotStoredAgain_howeverItWasEncrypted() throws Exception {
        try (BackupManager backups = encrypting().build()) {
            String first = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            List<Path> blobs = blobs();
            put("third", CONTENT);
            put("fourth", CONTENT);

            String second = completed(backups, backups.create(BackupType.STORAGE, ALICE));

            assertThat(blobs).hasSize(1);
            assertThat(blobs()).isEqualTo(blobs);
            long stored = Files.size(blobs.get(0));
            assertThat(added(backups, first)).isGreaterThan(stored + added(backups, second) / 2);
            completed(backups, backups.verify(second, VerifyLevel.STORED_BYTES, ALICE));
        }
    }

    @Test
    void anotherSetOfRecipients_getsContentsOfItsOwn() throws Exception {
        try (BackupManager backups = encrypting().build()) {
            completed(backups, backups.create(BackupType.STORAGE, ALICE));
        }
        try (BackupManager backups = builder()
                .encryption(Recipients.of(List.of(AgeKeys.recipient(identity), AgeKeys.recipient(otherIdentity))))
                .identities(Identities.read(otherIdentity))
                .build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            objects.delete(NAME);

            completed(backups, backups.restore(id, RestoreOptions.defaults(), ALICE));
        }

        assertThat(blobs()).hasSize(2);
        assertThat(get(NAME)).isEqualTo(CONTENT);
    }

    @Test
    void aVerification_needsNoIdentity_andNamesWhatIsDamaged() throws Exception {
        try (BackupManager backups = encrypting().build()) {
            String id = completed(backups, backups.create(BackupType.FULL, ALICE));
            completed(backups, backups.verify(id, VerifyLevel.STORED_BYTES, ALICE));
            Path blob = blobs().get(0);
            flipLastByte(blob);
            List<String> found = new ArrayList<>();

            OperationStatus damaged = backups.await(
                    backups.verify(id, VerifyLevel.STORED_BYTES, ALICE, finding -> found.add(finding.key()))
                            .id());

            assertThat(damaged.status()).isEqualTo(Status.FAILED);
            assertThat(found)
                    .containsExactly(folder.resolve("backups").relativize(blob).toString());
        }
    }

    @Test
    void aDamagedContent_endsARestoreAsDamaged() throws Exception {
        try (BackupManager backups =
                encrypting().identities(Identities.read(identity)).build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            objects.delete(NAME);
            flipLastByte(blobs().get(0));

            OperationStatus ended = backups.await(
                    backups.restore(id, RestoreOptions.defaults(), ALICE).id());

            assertThat(ended.error()).isEqualTo("damaged");
            assertThat(ended.message()).contains("is cut or changed");
        }
    }

    @Test
    void aDamagedListOfTheNewestBackup_hindersNoOtherBackup() throws Exception {
        try (BackupManager backups = encrypting().build()) {
            completed(backups, backups.create(BackupType.STORAGE, ALICE));
            List<Path> blobs = blobs();
            String newest = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            flipLastByte(folder.resolve("backups/storage/" + newest + "/refs.gz"));

            completed(backups, backups.create(BackupType.STORAGE, ALICE));

            assertThat(blobs()).as("what the one before names is used").isEqualTo(blobs);
        }
    }

    @Test
    void aRestoreThatDied_waitsForTheIdentity_andHindersNothingElse() throws Exception {
        String id;
        try (BackupManager backups = encrypting().build()) {
            id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
        }
        objects.delete(NAME);
        String died = dieInRestore(id);

        try (BackupManager without = encrypting().build()) {
            completed(without, without.create(BackupType.STORAGE, ALICE));
            without.cleanup(ALICE);
            assertThat(objects.head(NAME)).isEmpty();
        }
        try (BackupManager with =
                encrypting().identities(Identities.read(identity)).build()) {
            completed(with, with.create(BackupType.STORAGE, ALICE));
            assertThat(with.operation(died).orElseThrow().status()).isEqualTo(Status.COMPLETED);
        }
        assertThat(get(NAME)).isEqualTo(CONTENT);
    }

    /** As a process leaves it that is killed right after it began. */
    private String dieInRestore(String id) throws IOException {
        Repository repository = Repository.open(
                LocalObjectStore.open(folder.resolve("backups")),
                SigningKeys.of(List.of(KEY)),
                TimeSource.system(),
                "host-b");
        RunningOperation restore =
                repository.operations().start(OperationStatus.Kind.RESTORE, BackupType.STORAGE, id, ALICE);
        try (Lease lease = repository.leases().tryAcquire(restore.id()).orElseThrow()) {
            restore.attach(lease);
            repository
                    .journals()
                    .open(lease, restore.id())
                    .append(Restoration.BEGUN, Map.of(Restoration.BACKUP, id, Restoration.MIRROR, "false"));
        }
        return restore.id();
    }

    private static void flipLastByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void whatARestoreReplaces_isEncryptedToo() throws Exception {
        try (BackupManager backups =
                encrypting().identities(Identities.read(identity)).build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            put(NAME, ROW);

            completed(backups, backups.restore(id, RestoreOptions.defaults(), ALICE));
        }

        assertThat(get(NAME)).isEqualTo(CONTENT);
        assertThat(texts())
                .anySatisfy((file, text) -> assertThat(file.toString()).contains("/replaced/op_"))
                .allSatisfy((file, text) -> assertThat(text).doesNotContain(ROW).doesNotContain(NAME));
    }

    @Test
    void whatARestoreReplaced_isPutBackWithTheIdentity_andRefusedWithout() throws Exception {
        String restore;
        try (BackupManager backups =
                encrypting().identities(Identities.read(identity)).build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            put(NAME, ROW);
            OperationStatus begun = backups.restore(id, RestoreOptions.defaults(), ALICE);
            completed(backups, begun);
            restore = begun.id();
        }

        try (BackupManager without = encrypting().build()) {
            assertThatThrownBy(() -> without.undo(restore, ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Refused.class,
                            refused -> assertThat(refused.reasons())
                                    .singleElement()
                                    .asString()
                                    .contains("is encrypted, and no identity is given"));
        }
        assertThat(get(NAME)).isEqualTo(CONTENT);
        try (BackupManager with =
                encrypting().identities(Identities.read(identity)).build()) {
            completed(with, with.undo(restore, ALICE));
        }
        assertThat(get(NAME)).isEqualTo(ROW);
    }

    @Test
    void anExport_isReadWithTheIdentity_byItsOwnLinesAndByAnImport() throws Exception {
        Path archive = folder.resolve("one.tar");
        String id;
        try (BackupManager backups = encrypting().build()) {
            id = completed(backups, backups.create(BackupType.FULL, ALICE));
            backups.exportTo(id, archive);
        }
        Path unpacked = folder.resolve("backup_" + id);
        shell(folder, "tar xf one.tar");
        String lines = Files.readString(unpacked.resolve("README.txt"));
        String copy = "restored_" + database;

        shell(unpacked, lines.replaceAll("(?<=-E \\w{1,20} |-d )restored", copy));
        assertThat(server.query(copy, "SELECT word FROM secret")).containsExactly(ROW);
        assertThat(unpacked.resolve("restored").resolve(NAME)).hasContent(CONTENT);

        objects.delete(NAME);
        try (BackupManager others = BackupManager.builder(LocalObjectStore.open(folder.resolve("others")))
                .database(server.config(database))
                .objects(objects, null)
                .signingKeys(List.of(KEY))
                .identities(Identities.read(identity))
                .build()) {
            completed(others, others.importFrom(archive, false, ALICE));
            completed(others, others.restore(id, RestoreOptions.defaults(), ALICE));
        }
        assertThat(get(NAME)).isEqualTo(CONTENT);
    }

    @Test
    void encryptionWithoutASigningKey_isRefused_whenItIsConfigured() throws Exception {
        BackupManagerBuilder keyless = BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .encryption(Recipients.of(List.of(AgeKeys.recipient(identity))));

        assertThatThrownBy(keyless::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("encryption needs a signing key");
    }

    private BackupManagerBuilder builder() throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(server.config(database))
                .objects(objects, null)
                .signingKeys(List.of(KEY));
    }

    private BackupManagerBuilder encrypting() throws Exception {
        return builder().encryption(Recipients.of(List.of(AgeKeys.recipient(identity))));
    }

    private static String completed(BackupManager backups, OperationStatus begun) {
        OperationStatus ended = backups.await(begun.id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(ended.backupId());
    }

    private static long added(BackupManager backups, String id) {
        return backups.find(id).map(Backup::addedBytes).orElseThrow();
    }

    /** Every file of the repository as text, unpacked where it is gzip. */
    private Map<Path, String> texts() throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder.resolve("backups"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                boolean gzip = bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
                try (InputStream stored = new ByteArrayInputStream(bytes);
                        InputStream in = gzip ? new GZIPInputStream(stored) : stored) {
                    texts.put(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return texts;
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("backups/blobs"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void shell(Path in, String script) throws Exception {
        Shell.Result result = new Shell(server, Map.of("IDENTITY", identity.toString())).run(in, script);
        assertThat(result.code()).as(result.output()).isZero();
    }

    private void put(String key, String text) throws IOException {
        objects.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String get(String key) throws IOException {
        try (InputStream in = objects.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
