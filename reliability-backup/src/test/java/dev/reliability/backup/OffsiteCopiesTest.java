package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.reliability.backup.encryption.AgeKeys;
import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Keysets;
import dev.reliability.core.backup.Backup;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Copies of backups in a second place, of which no more is asked than to create, to read and to list. */
@ExtendWith(PrivatePostgres.Shared.class)
class OffsiteCopiesTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private String database = "";
    private LocalObjectStore objects;
    private Keeping far;

    OffsiteCopiesTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void fill() throws IOException {
        database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE document (key text PRIMARY KEY)",
                "INSERT INTO document VALUES ('one')");
        objects = LocalObjectStore.open(folder.resolve("objects"));
        put("one", "content");
        put("two", "content");
        put("three", "other content");
        far = new Keeping(LocalObjectStore.open(folder.resolve("far")));
    }

    @Test
    void withTheFirstSiteGone_aCopyIsVerifiedAndRestored_directly() throws Exception {
        Path identity = AgeKeys.make(folder.resolve("identity.txt"));
        List<String> ids = new ArrayList<>();
        try (BackupManager backups = builder("near").offsite(far).build()) {
            ids.add(completed(backups, backups.create(BackupType.FULL, ALICE)));
            copyAll(backups);
        }
        try (BackupManager backups = builder("near")
                .encryption(Recipients.of(List.of(AgeKeys.recipient(identity))))
                .offsite(far)
                .build()) {
            ids.add(completed(backups, backups.create(BackupType.FULL, ALICE)));
            copyAll(backups);
        }
        delete(folder.resolve("near"));
        objects.delete("one");

        try (BackupManager second =
                builder("far").identities(Identities.read(identity)).build()) {
            List<Finding> found = new ArrayList<>();
            completed(second, second.verifyRepository(VerifyLevel.STORED_BYTES, ALICE, found::add));
            assertThat(found).isEmpty();
            for (String id : ids) {
                server.execute(PrivatePostgres.ROLE, database, "DELETE FROM document");
                put("three", "changed");
                completed(second, second.restore(id, RestoreOptions.defaults(), ALICE));
                assertThat(server.query(database, "SELECT key FROM document")).containsExactly("one");
                assertThat(get("one")).isEqualTo("content");
                assertThat(get("three")).isEqualTo("other content");
            }
            assertThat(second.checkKeys(Identities.read(identity)))
                    .singleElement()
                    .satisfies(check -> assertThat(check.outcome()).isEqualTo(Keysets.Outcome.OPENS));
        }
    }

    @Test
    void eachBackupIsCopiedOnce_withTheContentsThatAreNew() throws IOException {
        try (BackupManager backups = builder("near").offsite(far).build()) {
            String first = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            assertThat(offsite(backups).missing()).extracting(Backup::id).containsExactly(first);
            copyAll(backups);
            assertThat(offsite(backups).missing()).isEmpty();
            assertThat(offsite(backups).copyMissing(ALICE)).isEmpty();
            put("four", "a new content");
            completed(backups, backups.create(BackupType.STORAGE, ALICE));
            far.created.clear();
            far.read.clear();

            copyAll(backups);

            assertThat(far.created).filteredOn(key -> key.startsWith("blobs/")).hasSize(1);
            assertThat(far.read).filteredOn(key -> key.startsWith("blobs/")).hasSize(1);
            assertThat(far.created).last().asString().endsWith("/manifest.json");
        }
    }

    @Test
    void interruptedAtAnyCall_aCopyIsNoBackup_andTheNextOneGoesOn() throws IOException {
        String id;
        try (BackupManager backups = builder("near").build()) {
            id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
        }
        int call = 0;
        int failed = 0;
        boolean reached = true;
        while (reached) {
            Path place = folder.resolve("far-" + ++call);
            Keeping faulty = new Keeping(LocalObjectStore.open(place));
            faulty.failAt = call;
            try (BackupManager backups = builder("near").offsite(faulty).build()) {
                OperationStatus first =
                        backups.await(offsite(backups).copy(id, ALICE).id());
                reached = faulty.calls >= call;
                failed += first.status() == Status.FAILED ? 1 : 0;
                assertThat(Files.exists(place.resolve("storage/" + id + "/manifest.json")))
                        .as("whether there is a backup after a failure at call " + call)
                        .isEqualTo(first.status() == Status.COMPLETED || faulty.failedAfterManifest);
                faulty.failAt = 0;

                completed(backups, offsite(backups).copy(id, ALICE));

                assertThat(faulty.created).doesNotHaveDuplicates();
                delete(folder.resolve("near/.repository/facts"));
            }
        }
        assertThat(failed).isGreaterThan(15);
    }

    @Test
    void whatArrivesOtherwise_isFound_andIsNoBackup() throws IOException {
        far.changes = "blobs/";
        try (BackupManager backups = builder("near").offsite(far).build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));

            OperationStatus copied =
                    backups.await(offsite(backups).copy(id, ALICE).id());

            assertThat(copied.error()).isEqualTo("damaged");
            assertThat(copied.message()).contains("far/blobs/").contains("it was just copied there");
            assertThat(folder.resolve("far/storage")).doesNotExist();
            assertThat(offsite(backups).missing()).hasSize(1);

            far.changes = "";
            OperationStatus again =
                    backups.await(offsite(backups).copy(id, ALICE).id());
            assertThat(again.message()).contains("nothing there is overwritten: move it away and copy again");
        }
    }

    @Test
    void whatTheStoresOwnRulesExpired_isCopiedAgain() throws IOException {
        try (BackupManager backups = builder("near").offsite(far).build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            copyAll(backups);
            delete(folder.resolve("far/blobs"));

            completed(backups, offsite(backups).copy(id, ALICE));

            assertThat(files("far/blobs")).isEqualTo(files("near/blobs")).hasSize(2);
        }
    }

    @Test
    void aContentThatWasForgottenHere_andComesBackOtherwiseEncrypted_isCopiedBesideTheOldOne() throws Exception {
        Path identity = AgeKeys.make(folder.resolve("identity.txt"));
        try (BackupManager backups = builder("near")
                .encryption(Recipients.of(List.of(AgeKeys.recipient(identity))))
                .offsite(far)
                .build()) {
            String first = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            copyAll(backups);
            backups.delete(first, ALICE);
            delete(folder.resolve("near/blobs"));

            completed(backups, backups.create(BackupType.STORAGE, ALICE));
            copyAll(backups);
        }

        assertThat(files("far/blobs")).hasSize(4).containsAll(files("near/blobs"));
    }

    @Test
    void aPlaceThatWasLostAndMadeAnew_getsEverythingAgain() throws IOException {
        try (BackupManager backups = builder("near").offsite(far).build()) {
            String id = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            copyAll(backups);
        }
        delete(folder.resolve("far"));
        try (BackupManager backups = builder("near")
                .offsite(new Keeping(LocalObjectStore.open(folder.resolve("far"))))
                .build()) {
            assertThat(offsite(backups).missing()).hasSize(1);

            copyAll(backups);

            assertThat(files("far/blobs")).isEqualTo(files("near/blobs"));
        }
    }

    @Test
    void aDamagedBackup_isNamed_andKeepsNoOtherFromBeingCopied() throws IOException {
        try (BackupManager backups = builder("near").offsite(far).build()) {
            String older = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            String newer = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            Files.writeString(folder.resolve("near/storage/" + newer + "/objects.jsonl.gz"), "damaged");

            assertThat(offsite(backups).copyMissing(ALICE))
                    .extracting(OperationStatus::backupId, OperationStatus::error)
                    .containsExactly(tuple(newer, "damaged"), tuple(older, null));

            assertThat(offsite(backups).missing()).extracting(Backup::id).containsExactly(newer);
        }
    }

    @Test
    void aDamagedListThere_costsReading_andNothingElse() throws IOException {
        try (BackupManager backups = builder("near").offsite(far).build()) {
            String first = completed(backups, backups.create(BackupType.STORAGE, ALICE));
            copyAll(backups);
            Files.writeString(folder.resolve("far/storage/" + first + "/refs.gz"), "damaged");
            completed(backups, backups.create(BackupType.STORAGE, ALICE));
            far.created.clear();
            far.read.clear();

            copyAll(backups);

            assertThat(far.created).noneMatch(key -> key.startsWith("blobs/"));
            assertThat(far.read).filteredOn(key -> key.startsWith("blobs/")).hasSize(2);
        }
    }

    @Test
    void aBackupThatIsNotTrusted_isNotCopied() throws IOException {
        String id;
        try (BackupManager strangers = BackupManager.builder(LocalObjectStore.open(folder.resolve("near")))
                .objects(objects, null)
                .build()) {
            id = completed(strangers, strangers.create(BackupType.STORAGE, ALICE));
        }
        try (BackupManager backups = builder("near").offsite(far).build()) {
            assertThat(offsite(backups).missing()).isEmpty();
            assertThatThrownBy(() -> offsite(backups).copy(id, ALICE)).isInstanceOf(BackupException.Refused.class);
            assertThatThrownBy(() -> offsite(backups).copy("20200101_000000", ALICE))
                    .isInstanceOf(BackupException.NotFound.class);
        }
    }

    private BackupManagerBuilder builder(String repository) throws IOException {
        return BackupManager.builder(LocalObjectStore.open(folder.resolve(repository)))
                .database(server.config(database))
                .objects(objects, null)
                .signingKeys(List.of(KEY));
    }

    private static OffsiteCopies offsite(BackupManager backups) {
        return backups.offsite().orElseThrow();
    }

    private static void copyAll(BackupManager backups) {
        assertThat(offsite(backups).copyMissing(ALICE))
                .isNotEmpty()
                .allSatisfy(
                        ended -> assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED));
    }

    private static String completed(BackupManager backups, OperationStatus begun) {
        OperationStatus ended = backups.await(begun.id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(Status.COMPLETED);
        return String.valueOf(ended.backupId());
    }

    private List<String> files(String under) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(under))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private void put(String key, String text) throws IOException {
        objects.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String get(String key) throws IOException {
        try (InputStream in = objects.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A store that overwrites and deletes nothing, fails at one call, or changes what it keeps, if it is told to. */
    private static final class Keeping extends ForwardingObjectStore {
        private final List<String> created = new ArrayList<>();
        private final List<String> read = new ArrayList<>();
        private String changes = "";
        private int failAt;
        private int calls;
        private boolean failedAfterManifest;

        Keeping(ObjectStore real) {
            super(real);
        }

        private void call(String key) throws ObjectStoreException {
            if (++calls == failAt) {
                failedAfterManifest = created.stream().anyMatch(made -> made.endsWith("/manifest.json"));
                throw new ObjectStoreException(key + ": the line is cut", true, null);
            }
        }

        @Override
        public ObjectInfo put(String key, ObjectAttributes attributes, ObjectBody body) {
            throw new AssertionError("asked to overwrite " + key);
        }

        @Override
        public void delete(String key) {
            throw new AssertionError("asked to delete " + key);
        }

        @Override
        public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
                throws IOException {
            call(key);
            boolean changed = !changes.isEmpty() && key.startsWith(changes);
            ObjectBody kept = !changed ? body : out -> body.writeTo(new Inverting(out));
            Optional<ObjectInfo> stored = super.putIfAbsent(key, attributes, kept);
            stored.ifPresent(info -> created.add(key));
            return stored;
        }

        @Override
        public InputStream get(String key) throws IOException {
            call(key);
            read.add(key);
            return super.get(key);
        }

        @Override
        public Optional<ObjectInfo> head(String key) throws IOException {
            call(key);
            return super.head(key);
        }

        @Override
        public Stream<ObjectInfo> list(String prefix) throws IOException {
            call(prefix);
            return super.list(prefix);
        }
    }

    private static final class Inverting extends FilterOutputStream {
        Inverting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(~b);
        }
    }
}
