package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.HostileDump;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Layout;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile dumps in the repository itself, beside a manifest that somebody wrote or edited who has no signing key. */
@ExtendWith(PrivatePostgres.Shared.class)
class PlantedManifestTest {
    private static final Caller ALICE = new Caller("alice");
    private static final SigningKeys OURS = SigningKeys.of(List.of("a signing key of at least 32 bytes"));
    private static final SigningKeys THEIRS = SigningKeys.of(List.of("another signing key of at least 32 bytes"));

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private HostileSite site;
    private BackupManager backups;
    private String id = "";

    PlantedManifestTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void backUp() throws Exception {
        site = new HostileSite(server);
        backups = BackupManager.builder(LocalObjectStore.open(folder))
                .database(site.config())
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .build();
        id = make();
        site.goOn();
    }

    @AfterEach
    void close() throws IOException {
        backups.close();
        site.close();
    }

    @Test
    void what_nobody_signed_is_neither_restored_nor_loaded_for_a_test() throws Exception {
        byte[] ourManifest = Files.readAllBytes(manifest(id));
        byte[] ourDump = Files.readAllBytes(folder.resolve(dump(id)));
        for (HostileDump hostile : HostileDump.values()) {
            Files.write(manifest(id), ourManifest);
            Files.write(folder.resolve(dump(id)), ourDump);
            plant(hostile);
            PlantedManifest.sign(manifest(id), SigningKeys.none());

            assertUntrusted("it is not signed");
        }
    }

    @Test
    void what_another_key_signed_is_neither_restored_nor_loaded_for_a_test() throws Exception {
        plant(HostileDump.SHELL_COMMAND);
        PlantedManifest.sign(manifest(id), THEIRS);

        assertUntrusted("by none of the signing keys");
    }

    @Test
    void a_manifest_that_was_edited_keeps_a_signature_that_does_not_fit() throws Exception {
        plant(HostileDump.SHELL_COMMAND);
        PlantedManifest.edit(manifest(id), "\"requested_by\": \"alice\"", "\"requested_by\": \"malice\"");

        assertUntrusted("by none of the signing keys");
    }

    @Test
    void a_dump_that_was_changed_beside_a_manifest_of_ours_is_damaged() throws Exception {
        byte[] ours = Files.readAllBytes(manifest(id));
        plant(HostileDump.SHELL_COMMAND);
        Files.write(manifest(id), ours);

        assertDamaged(dump(id));
    }

    @Test
    void a_dump_of_the_same_length_is_damaged_too() throws Exception {
        byte[] stored = Files.readAllBytes(folder.resolve(dump(id)));
        stored[stored.length / 2] ^= 1;
        Files.write(folder.resolve(dump(id)), stored);

        assertDamaged("sha256");
    }

    @Test
    void a_manifest_of_ours_in_the_place_of_another_one_is_damaged() throws Exception {
        String other = make();
        site.goOn();
        Files.copy(manifest(other), manifest(id), StandardCopyOption.REPLACE_EXISTING);

        assertDamaged("lies in the place of");
    }

    /** Not even where it is to be trusted, and our own key has signed it. */
    @ParameterizedTest
    @ValueSource(strings = {"database/backup_20000101_000000.sql.gz", "../outside.sql.gz", "/outside.sql.gz"})
    void a_file_that_can_not_be_the_backups_own_is_never_read(String key) throws Exception {
        plant(HostileDump.SHELL_COMMAND);
        Files.createDirectories(folder.resolve("database"));
        Path elsewhere = folder.resolve("database/backup_20000101_000000.sql.gz");
        Files.move(folder.resolve(dump(id)), elsewhere);
        PlantedManifest.edit(manifest(id), dump(id), key);
        PlantedManifest.sign(manifest(id), OURS);

        assertDamaged("names a file that can not belong to it alone: " + key);
    }

    private void assertUntrusted(String why) throws Exception {
        for (Mode mode : Mode.values()) {
            assertThatThrownBy(() -> backups.restore(id, options(mode, Set.of()), ALICE))
                    .isInstanceOfSatisfying(
                            BackupException.Refused.class,
                            refused -> assertThat(Failures.sentence(refused)).contains(why, "--trust"));
        }
        assertThatThrownBy(() -> backups.verify(id, VerifyLevel.TEST_RESTORE, ALICE))
                .isInstanceOfSatisfying(
                        BackupException.Refused.class,
                        refused -> assertThat(Failures.sentence(refused))
                                .contains(why, "its SQL would run on this machine"));
        site.assertUntouched();
    }

    private void assertDamaged(String why) throws Exception {
        for (Mode mode : Mode.values()) {
            assertThat(damage(options(mode, Set.of(Risk.UNTRUSTED)))).contains(why);
        }
        site.assertUntouched();
    }

    /** It may show before the operation or in it. */
    private String damage(RestoreOptions options) {
        OperationStatus[] ended = {null};
        Throwable thrown = catchThrowable(() ->
                ended[0] = backups.await(backups.restore(id, options, ALICE).id()));
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(BackupException.Damaged.class);
            return String.valueOf(thrown.getMessage());
        }
        assertThat(ended[0].error()).as(ended[0].message()).isEqualTo("damaged");
        return ended[0].message();
    }

    private void plant(HostileDump hostile) throws IOException {
        PlantedDump.into(folder, BackupType.DATABASE, id, OURS, sql -> hostile.in(sql, site.target()));
    }

    private Path manifest(String of) {
        return folder.resolve(Layout.manifest(BackupType.DATABASE, of));
    }

    private static String dump(String of) {
        return "database/backup_" + of + ".sql.gz";
    }

    private String make() {
        OperationStatus ended =
                backups.await(backups.create(BackupType.DATABASE, ALICE).id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        return String.valueOf(ended.backupId());
    }

    private static RestoreOptions options(Mode mode, Set<Risk> accepted) {
        return new RestoreOptions(mode, false, false, accepted);
    }
}
