package dev.reliability.backup.verify;

import dev.reliability.backup.BackupManager;
import dev.reliability.backup.BackupManagerBuilder;
import dev.reliability.backup.encryption.Keyset;
import dev.reliability.backup.encryption.Recipients;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Layout;
import dev.reliability.backup.repository.Repository;
import dev.reliability.backup.stream.Sha256;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real repository that has lived a little: backups of all types, verified, one deleted, one restored, swept. */
final class SmallRepository {
    static final String KEY = "a signing key of at least 32 bytes";

    private static final String RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    /** The content of an object that only the deleted backup had. */
    static final String UNNAMED_BLOB =
            Layout.blob(Keyset.PLAIN_ID, Sha256.hex("gone".getBytes(StandardCharsets.UTF_8), "gone".length()));

    private static final Caller ALICE = new Caller("alice");

    private final Path folder;

    /** @param folder has such a repository, or gets one by {@link #make} */
    SmallRepository(Path folder) {
        this.folder = folder;
    }

    static SmallRepository make(Path folder, LocalObjectStore documents, PrivatePostgres server) throws IOException {
        try (BackupManager backups = manager(folder, documents, server)) {
            put(documents, "gone.txt", "gone");
            String gone = ended(backups, backups.create(BackupType.STORAGE, ALICE));
            documents.delete("gone.txt");
            for (BackupType type : BackupType.values()) {
                String id = makeAndVerifyTwice(backups, type);
                if (type == BackupType.STORAGE) {
                    ended(backups, backups.restore(id, RestoreOptions.defaults(), ALICE));
                }
            }
            backups.delete(gone, ALICE);
            backups.cleanup(ALICE);
        }
        return new SmallRepository(folder);
    }

    /** With one full backup in it that was verified twice. */
    static SmallRepository makeOne(Path folder, LocalObjectStore documents, PrivatePostgres server) throws IOException {
        try (BackupManager backups = manager(folder, documents, server)) {
            makeAndVerifyTwice(backups, BackupType.FULL);
        }
        return new SmallRepository(folder);
    }

    /** With one backup as it is and two that are encrypted. */
    static SmallRepository makeEncrypted(Path folder, LocalObjectStore documents, PrivatePostgres server)
            throws IOException {
        try (BackupManager backups = manager(folder, documents, server)) {
            makeAndVerifyTwice(backups, BackupType.STORAGE);
        }
        try (BackupManager backups = builder(folder, documents, server)
                .encryption(Recipients.of(List.of(RECIPIENT)))
                .build()) {
            makeAndVerifyTwice(backups, BackupType.FULL);
            makeAndVerifyTwice(backups, BackupType.STORAGE);
        }
        return new SmallRepository(folder);
    }

    private static String makeAndVerifyTwice(BackupManager backups, BackupType type) {
        String id = ended(backups, backups.create(type, ALICE));
        ended(backups, backups.verify(id, VerifyLevel.STORED_BYTES, ALICE));
        ended(backups, backups.verify(id, VerifyLevel.STORED_BYTES, ALICE));
        return id;
    }

    private static BackupManager manager(Path folder, LocalObjectStore documents, PrivatePostgres server)
            throws IOException {
        return builder(folder, documents, server).build();
    }

    private static BackupManagerBuilder builder(Path folder, LocalObjectStore documents, PrivatePostgres server)
            throws IOException {
        String database = server.createDatabase();
        server.execute(
                PrivatePostgres.ROLE,
                database,
                "CREATE TABLE document (key text PRIMARY KEY)",
                "INSERT INTO document VALUES ('one.txt'), ('two.txt')");
        put(documents, "one.txt", "one");
        put(documents, "two.txt", "two");
        put(documents, "two again.txt", "two");
        return BackupManager.builder(LocalObjectStore.open(folder))
                .database(server.config(database))
                .objects(documents, connection -> Stream.of("one.txt", "two.txt"))
                .signingKeys(List.of(KEY))
                .host("host-a");
    }

    /** What a verification of all finds. */
    List<Finding> verify() throws IOException {
        Repository repository = Repository.open(
                LocalObjectStore.open(folder), SigningKeys.of(List.of(KEY)), TimeSource.system(), "host-b");
        return verify(repository);
    }

    static List<Finding> verify(Repository repository) throws IOException {
        List<Finding> findings = new ArrayList<>();
        new Verifier(repository, bytes -> {}, findings::add).repository((backup, count) -> {});
        return findings;
    }

    Path folder() {
        return folder;
    }

    /** Its files, without what belongs to the folder store. */
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(folder.resolve(".store")))
                    .sorted()
                    .toList();
        }
    }

    /** Those whose key matches. */
    List<Path> files(String pattern) throws IOException {
        return files().stream().filter(file -> key(file).matches(pattern)).toList();
    }

    /** The first of those whose key matches. */
    Path file(String pattern) throws IOException {
        return files(pattern).get(0);
    }

    String key(Path file) {
        return folder.relativize(file).toString();
    }

    private static void put(ObjectStore documents, String key, String text) throws IOException {
        documents.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The backup's id, once all went well. */
    private static String ended(BackupManager backups, OperationStatus begun) {
        OperationStatus ended = backups.await(begun.id());
        if (ended.status() != Status.COMPLETED) {
            throw new AssertionError(ended.message());
        }
        return String.valueOf(ended.backupId());
    }
}
