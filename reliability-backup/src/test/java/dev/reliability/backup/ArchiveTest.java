package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupQuery;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.storage.ForwardingObjectStore;
import dev.reliability.core.storage.LocalObjectStore;
import dev.reliability.core.storage.ObjectAttributes;
import dev.reliability.core.storage.ObjectBody;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.storage.ObjectStore;
import dev.reliability.core.storage.ObjectStoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup as a file: out of one repository, into another, and everything that must not get in. */
class ArchiveTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";

    @TempDir
    Path folder;

    private Path tar;
    private ObjectStore documents;
    private BackupManager backups;
    private BackupManager others;
    private String id = "";

    @BeforeEach
    void makeABackup() throws IOException {
        tar = folder.resolve("one.tar");
        documents = LocalObjectStore.open(folder.resolve("documents"));
        backups = manager("backups", KEY);
        others = manager("others", KEY);
        put("a/one.txt", "one");
        put("b/same as one.txt", "one");
        put("other name.txt", "two");
        put("empty", "");
        OperationStatus made =
                backups.await(backups.create(BackupType.STORAGE, ALICE).id());
        assertThat(made.status()).as(made.message()).isEqualTo(Status.COMPLETED);
        id = String.valueOf(made.backupId());
    }

    @AfterEach
    void close() {
        backups.close();
        others.close();
    }

    @Test
    void whatWasExported_isImportedElsewhere_andRestoresFromThere() throws IOException {
        backups.exportTo(id, tar);
        documents.delete("a/one.txt");
        put("other name.txt", "changed");

        OperationStatus imported = imported(others, tar);

        assertThat(imported.status()).as(imported.message()).isEqualTo(Status.COMPLETED);
        assertThat(imported.backupId()).isEqualTo(id);
        assertThat(others.find(id).orElseThrow().signed()).isTrue();
        OperationStatus restored = others.await(
                others.restore(id, RestoreOptions.defaults(), ALICE).id());
        assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
        assertThat(get("a/one.txt")).isEqualTo("one");
        assertThat(get("other name.txt")).isEqualTo("two");
        assertThat(imported(others, tar).message()).contains("is here already");
    }

    @Test
    void theSameBackup_isTheSameFile_andNamesEachContentOnce() throws IOException {
        ByteArrayOutputStream again = new ByteArrayOutputStream();

        backups.exportTo(id, tar);
        backups.exportTo(id, again);

        assertThat(tar).hasBinaryContent(again.toByteArray());
        String top = "backup_" + id + "/";
        List<String> names = entries().stream().map(TarArchiveEntry::getName).toList();
        assertThat(names)
                .startsWith(
                        top + "README.txt",
                        top + ".repository/format.json",
                        top + "storage/" + id + "/manifest.json",
                        top + "storage/" + id + "/objects.jsonl.gz",
                        top + "storage/" + id + "/refs.gz")
                .hasSize(5 + 3)
                .doesNotHaveDuplicates();
    }

    @Test
    void theUnpackedArchive_isARepository() throws Exception {
        backups.exportTo(id, tar);

        assertThat(shell(folder, "tar xf one.tar")).isEmpty();

        try (BackupManager unpacked = manager("backup_" + id, KEY)) {
            documents.delete("a/one.txt");
            OperationStatus restored = unpacked.await(
                    unpacked.restore(id, RestoreOptions.defaults(), ALICE).id());
            assertThat(restored.status()).as(restored.message()).isEqualTo(Status.COMPLETED);
            assertThat(get("a/one.txt")).isEqualTo("one");
        }
    }

    @Test
    void aDamagedBackup_leavesNoFile() throws IOException {
        Path blob = files("backups/blobs").get(0);
        Files.write(blob, "changed".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> backups.exportTo(id, tar))
                .isInstanceOf(BackupException.Damaged.class)
                .hasMessageContaining(blob.getFileName().toString());

        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(path -> path.toString().contains("one.tar"))).isEmpty();
        }
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Files.writeString(tar, "mine");

        assertThatThrownBy(() -> backups.exportTo(id, tar)).isInstanceOf(BackupException.Refused.class);
        assertThatThrownBy(() -> backups.exportTo(id, folder.resolve("none/one.tar")))
                .isInstanceOf(BackupException.Refused.class);
        assertThatThrownBy(() -> backups.exportTo("20200101_000000", folder.resolve("two.tar")))
                .isInstanceOf(BackupException.NotFound.class);

        assertThat(tar).hasContent("mine");
    }

    @Test
    void anArchiveOfAnotherKey_isTakenOnlyWhenTrusted_andStaysUnsigned() throws IOException {
        backups.exportTo(id, tar);
        try (BackupManager stranger = manager("stranger", "another key that is long enough for us")) {
            assertRefused(stranger, tar, "--trust");

            OperationStatus imported =
                    stranger.await(stranger.importFrom(tar, true, ALICE).id());

            assertThat(imported.status()).as(imported.message()).isEqualTo(Status.COMPLETED);
            assertThat(stranger.find(id).orElseThrow().signed()).isFalse();
            assertThatThrownBy(() -> stranger.restore(id, RestoreOptions.defaults(), ALICE))
                    .isInstanceOf(BackupException.Refused.class);
        }
    }

    @Test
    void anIdThatAnotherBackupHas_isRefused_andThatStays() throws IOException {
        backups.exportTo(id, tar);
        Path manifest = folder.resolve("others/storage/" + id + "/manifest.json");
        Files.createDirectories(manifest.getParent());
        Files.writeString(manifest, "{}");

        assertRefused(others, tar, "is taken");

        assertThat(manifest).hasContent("{}");
    }

    @Test
    void aBackupThatWasDeleted_comesBackIntoItsOwnRepository() throws IOException {
        backups.exportTo(id, tar);
        backups.delete(id, ALICE);

        OperationStatus imported = imported(backups, tar);

        assertThat(imported.status()).as(imported.message()).isEqualTo(Status.COMPLETED);
        assertThat(backups.find(id)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.8})
    void aCutArchive_leavesNothing(double part) throws IOException {
        backups.exportTo(id, tar);
        byte[] whole = Files.readAllBytes(tar);
        // What follows the last entry is nothing but zeros.
        long content = entries().stream()
                .mapToLong(entry -> 512 + (entry.getSize() + 511) / 512 * 512)
                .sum();
        Files.write(tar, Arrays.copyOf(whole, (int) (content * part)));

        OperationStatus imported = imported(others, tar);

        assertThat(imported.error()).as(imported.message()).isEqualTo("damaged");
        assertNothingIn("others");
    }

    @Test
    void aChangedByte_leavesNothing_whereverItIs() throws IOException {
        backups.exportTo(id, tar);
        for (Member changed : members()) {
            if (changed.index() < 2 || changed.content().length == 0) {
                continue;
            }
            Path other = folder.resolve("changed" + changed.index() + ".tar");
            repack(other, member -> member.index() == changed.index() ? member.flipped() : member);

            OperationStatus imported = imported(others, other);

            assertThat(imported.error()).as(imported.message()).isEqualTo("damaged");
            assertNothingIn("others");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "/etc/evil",
                "backup_20260103_140000/../../evil",
                "backup_20260103_140000/.repository/lease/999999999999",
                "backup_20260103_140000/blobs/plain/aa/evil",
                "evil"
            })
    void anEntryThatNothingNames_isRefused_whereverItPoints(String name) throws IOException {
        backups.exportTo(id, tar);
        String evil = name.replace("20260103_140000", id);
        for (int place : new int[] {0, 3, 5, 8}) {
            Path other = folder.resolve("evil" + place + ".tar");
            repackWith(other, place, evil, TarConstants.LF_NORMAL);

            assertRefused(others, other, "");

            assertNothingIn("others");
        }
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_DIR, TarConstants.LF_FIFO})
    void aLink_aFolder_aDevice_isRefused(byte type) throws IOException {
        backups.exportTo(id, tar);
        Path other = folder.resolve("link.tar");
        repackWith(other, 5, "backup_" + id + "/x", type);

        assertRefused(others, other, "");
        assertNothingIn("others");
    }

    @Test
    void anUnknownFormat_isRefused() throws IOException {
        backups.exportTo(id, tar);
        Path other = folder.resolve("format.tar");
        repack(other, entry -> entry.index() == 1 ? entry.with("{\"format\": 2}") : entry);

        assertRefused(others, other, "format 2");
        assertNothingIn("others");
    }

    @Test
    void whatIsNoTar_isDamaged_andWhatIsNotThereIsNotFound() throws IOException {
        Path text = Files.writeString(folder.resolve("text.tar"), "no tar at all\n".repeat(100));

        assertThat(imported(others, text).error()).isEqualTo("damaged");
        assertThatThrownBy(() -> others.importFrom(folder.resolve("none.tar"), false, ALICE))
                .isInstanceOf(BackupException.NotFound.class);
    }

    @Test
    void aFullStore_leavesNothing_andTheImportCanBeMadeAgain() throws IOException {
        backups.exportTo(id, tar);
        try (BackupManager full = manager(new NoMoreBlobs(LocalObjectStore.open(folder.resolve("others"))), KEY)) {
            assertThat(imported(full, tar).error()).isEqualTo("unavailable");
        }
        assertNothingIn("others");

        assertThat(imported(others, tar).status()).isEqualTo(Status.COMPLETED);
    }

    /** Takes everything but blobs. */
    private static final class NoMoreBlobs extends ForwardingObjectStore {
        NoMoreBlobs(ObjectStore real) {
            super(real);
        }

        @Override
        public Optional<ObjectInfo> putIfAbsent(String key, ObjectAttributes attributes, ObjectBody body)
                throws IOException {
            if (key.startsWith("blobs/")) {
                throw new ObjectStoreException(location(key) + ": the store is gone", false, null);
            }
            return super.putIfAbsent(key, attributes, body);
        }
    }

    private void assertRefused(BackupManager manager, Path file, String reason) {
        OperationStatus imported = imported(manager, file);
        assertThat(imported.error()).as(imported.message()).isEqualTo("refused");
        assertThat(imported.message()).contains(reason);
    }

    private void assertNothingIn(String repository) throws IOException {
        assertThat(others.list(BackupQuery.all()).backups()).isEmpty();
        assertThat(files(repository + "/storage")).isEmpty();
    }

    private OperationStatus imported(BackupManager manager, Path file) {
        return manager.await(manager.importFrom(file, false, ALICE).id());
    }

    private record Member(int index, TarArchiveEntry entry, byte[] content) {
        Member flipped() {
            byte[] changed = content.clone();
            changed[changed.length / 2] ^= 1;
            return new Member(index, entry, changed);
        }

        Member with(String text) {
            return new Member(index, entry, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<TarArchiveEntry> entries() throws IOException {
        return members().stream().map(Member::entry).toList();
    }

    private List<Member> members() throws IOException {
        List<Member> members = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                members.add(new Member(members.size(), entry, in.readAllBytes()));
            }
        }
        return members;
    }

    private void repack(Path file, UnaryOperator<Member> change) throws IOException {
        try (TarArchiveOutputStream out = tar(file)) {
            for (Member member : members()) {
                write(out, change.apply(member));
            }
        }
    }

    private void repackWith(Path file, int place, String name, byte type) throws IOException {
        try (TarArchiveOutputStream out = tar(file)) {
            List<Member> members = members();
            for (int i = 0; i <= members.size(); i++) {
                if (i == place) {
                    TarArchiveEntry evil = new TarArchiveEntry(name, type, true);
                    evil.setLinkName("/etc/passwd");
                    byte[] content = type == TarConstants.LF_NORMAL ? new byte[] {1} : new byte[0];
                    write(out, new Member(i, evil, content));
                }
                if (i < members.size()) {
                    write(out, members.get(i));
                }
            }
        }
    }

    private static TarArchiveOutputStream tar(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        return tar;
    }

    private static void write(TarArchiveOutputStream out, Member member) throws IOException {
        member.entry().setSize(member.content().length);
        out.putArchiveEntry(member.entry());
        out.write(member.content());
        out.closeArchiveEntry();
    }

    private BackupManager manager(String repository, String key) throws IOException {
        return manager(LocalObjectStore.open(folder.resolve(repository)), key);
    }

    private BackupManager manager(ObjectStore repository, String key) {
        return BackupManager.builder(repository)
                .objects(documents, null)
                .signingKeys(List.of(key))
                .build();
    }

    private static String shell(Path folder, String script) throws Exception {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private void put(String key, String text) throws IOException {
        documents.put(key, ObjectAttributes.NONE, ObjectBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String get(String key) throws IOException {
        try (InputStream in = documents.get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<Path> files(String path) throws IOException {
        if (!Files.exists(folder.resolve(path))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder.resolve(path))) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toFile().isHidden())
                    .sorted()
                    .toList();
        }
    }
}
