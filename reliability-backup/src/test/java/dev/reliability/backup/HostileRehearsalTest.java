package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.backup.postgresql.HostileDump;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.backup.repository.Finding;
import dev.reliability.backup.repository.Layout;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Test restores of hostile dumps that are taken for ours: signed by mistake, or planted into a repository without a key,
 * which is trusted as a whole. {@code -Dhostile.dumps=all} takes each.
 */
@ExtendWith(PrivatePostgres.Shared.class)
class HostileRehearsalTest {
    private static final Caller ALICE = new Caller("alice");
    private static final String KEY = "a signing key of at least 32 bytes";
    private static final List<HostileDump> SAMPLE = List.of(
            HostileDump.SHELL_COMMAND, HostileDump.COPY_FROM_PROGRAM_IN_PIECES, HostileDump.DROP_WITH_WRITES_ALLOWED);
    private static final boolean ALL = System.getProperty("hostile.dumps", "").equals("all");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private Path testRestores;
    private HostileSite site;
    private final List<Finding> findings = Collections.synchronizedList(new ArrayList<>());

    HostileRehearsalTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void aim() throws Exception {
        site = new HostileSite(server);
        testRestores = Files.createTempDirectory("rt");
        Files.setPosixFilePermissions(testRestores, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(testRestores).isEmptyDirectory();
        Files.delete(testRestores);
        site.close();
    }

    static Stream<Arguments> dumps() {
        return Stream.of(List.of(KEY), List.<String>of())
                .flatMap(keys -> (ALL ? List.of(HostileDump.values()) : SAMPLE)
                        .stream().map(hostile -> Arguments.of(hostile, keys)));
    }

    @ParameterizedTest
    @MethodSource("dumps")
    void none_runs_a_program_or_reaches_the_live_server(HostileDump hostile, List<String> keys) throws Exception {
        try (BackupManager backups = manager(keys)) {
            String id = make(backups);
            PlantedDump.into(folder, BackupType.DATABASE, id, signing(keys), sql -> hostile.in(sql, site.target()));

            OperationStatus ended = verify(backups, id);

            if (hostile.refusal().isEmpty()) {
                assertThat(ended.status()).as(ended.message()).isEqualTo(OperationStatus.Status.COMPLETED);
            } else {
                assertThat(ended.error()).as(ended.message()).isEqualTo("damaged");
                assertThat(findings)
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.words()).contains(hostile.refusal()));
            }
            site.assertUntouched();
        }
    }

    @Test
    void a_superuser_that_only_an_unsigned_manifest_names_runs_no_program() throws Exception {
        try (BackupManager backups = manager(List.of())) {
            String id = make(backups);
            PlantedDump.into(
                    folder,
                    BackupType.DATABASE,
                    id,
                    SigningKeys.none(),
                    sql -> HostileDump.COPY_FROM_PROGRAM.in(sql, site.target()));
            PlantedManifest.edit(
                    folder.resolve(Layout.manifest(BackupType.DATABASE, id)),
                    "\"superuser\":false",
                    "\"superuser\":true");

            OperationStatus ended = verify(backups, id);

            assertThat(ended.error()).as(ended.message()).isEqualTo("unavailable");
            assertThat(ended.message()).contains(HostileDump.COPY_FROM_PROGRAM.refusal(), "BACKUP_SIGNING_KEY");
            site.assertUntouched();
        }
    }

    private String make(BackupManager backups) throws Exception {
        OperationStatus ended =
                backups.await(backups.create(BackupType.DATABASE, ALICE).id());
        assertThat(ended.status()).as(ended.message()).isEqualTo(OperationStatus.Status.COMPLETED);
        site.goOn();
        return String.valueOf(ended.backupId());
    }

    private OperationStatus verify(BackupManager backups, String id) {
        return backups.await(backups.verify(id, VerifyLevel.TEST_RESTORE, ALICE, findings::add)
                .id());
    }

    private BackupManager manager(List<String> keys) throws IOException {
        BackupManagerBuilder builder = BackupManager.builder(LocalObjectStore.open(folder))
                .database(site.config())
                .testRestores(testRestores);
        return (keys.isEmpty() ? builder : builder.signingKeys(keys)).build();
    }

    private static SigningKeys signing(List<String> keys) {
        return keys.isEmpty() ? SigningKeys.none() : SigningKeys.of(keys);
    }
}
