package dev.reliability.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.backup.postgresql.ClientProgram;
import dev.reliability.backup.postgresql.HostileDump;
import dev.reliability.backup.postgresql.HostileDump.Witness;
import dev.reliability.backup.postgresql.PrivatePostgres;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.RestoreOptions;
import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import dev.reliability.core.storage.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that mean harm: what keeps them out, and what they can still do where somebody said that they are to be trusted. */
@ExtendWith(PrivatePostgres.Shared.class)
class HostileDumpTest {
    private static final Caller ALICE = new Caller("alice");

    private final PrivatePostgres server;

    @TempDir
    Path folder;

    private HostileSite site;
    private BackupManager backups;

    HostileDumpTest(PrivatePostgres server) {
        this.server = server;
    }

    @BeforeEach
    void aim() throws Exception {
        site = new HostileSite(server);
        backups = BackupManager.builder(LocalObjectStore.open(folder.resolve("backups")))
                .database(site.config())
                .signingKeys(List.of("a signing key of at least 32 bytes"))
                .build();
    }

    @AfterEach
    void close() throws IOException {
        backups.close();
        site.close();
    }

    static Stream<HostileDump> effective() {
        return Stream.of(HostileDump.values())
                .filter(hostile -> hostile.witness() != Witness.NONE && hostile.witness() != Witness.ROWS);
    }

    @ParameterizedTest
    @MethodSource("effective")
    void in_a_superusers_psql_each_leaves_its_witness(HostileDump hostile) throws Exception {
        Path file = site.file(hostile, folder);

        ClientProgram.run(
                server, PrivatePostgres.SUPERUSER, "psql", "-X", "-d", server.createDatabase(), "-f", "" + file);

        assertThat(site.has(hostile.witness())).isTrue();
    }

    @Test
    void without_trust_none_is_loaded() throws Exception {
        for (HostileDump hostile : HostileDump.values()) {
            Path file = site.file(hostile, folder);
            for (Mode mode : Mode.values()) {
                assertThatThrownBy(() -> backups.restoreFile(file, options(mode, Set.of()), ALICE))
                        .as("%s", hostile)
                        .isInstanceOfSatisfying(
                                BackupException.Refused.class,
                                refused ->
                                        assertThat(refused.reasons().toString()).contains("--trust"));
            }
        }
        site.assertUntouched();
    }

    static Stream<Arguments> inEachMode() {
        return Stream.of(HostileDump.values())
                .flatMap(hostile -> Stream.of(Mode.values()).map(mode -> Arguments.of(hostile, mode)));
    }

    @ParameterizedTest
    @MethodSource("inEachMode")
    void with_trust_none_runs_a_program_or_writes_a_file_and_what_harms_all_the_same_is_known(
            HostileDump hostile, Mode mode) throws Exception {
        Path file = site.file(hostile, folder);

        OperationStatus ended = backups.await(backups.restoreFile(file, options(mode, Set.of(Risk.UNTRUSTED)), ALICE)
                .id());

        if (harms(hostile, mode)) {
            assertThat(site.has(hostile.witness())).as(ended.message()).isTrue();
            assertThat(site.has(Witness.FILE)).isFalse();
            return;
        }
        assertThat(ended.error()).as(ended.message()).isEqualTo("refused");
        assertThat(ended.message()).contains("the dump could not be loaded", hostile.refusal());
        site.assertUntouched();
    }

    private static boolean harms(HostileDump hostile, Mode mode) {
        return switch (hostile.harm()) {
            case NEVER -> false;
            case BY_SWITCH -> mode == Mode.SWITCH;
            case IN_PLACE -> mode == Mode.IN_PLACE;
            case ALWAYS -> true;
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER ROLE <role> SUPERUSER",
                "GRANT pg_execute_server_program TO <role>",
                "CREATE ROLE <role>_group ROLE <role>; GRANT pg_write_server_files TO <role>_group",
                "CREATE ROLE <role>_chief SUPERUSER ROLE <role>",
                "ALTER ROLE <role> CREATEROLE"
            })
    void with_trust_none_is_loaded_by_a_role_that_can_get_at_programs_or_files(String grant) throws Exception {
        // Since PostgreSQL 16 a creator of roles gives away only what is its own.
        assumeTrue(!grant.endsWith(" CREATEROLE") || major() < 16);
        server.execute(PrivatePostgres.SUPERUSER, "postgres", grant.replace("<role>", site.role()));
        Path file = site.file(HostileDump.COPY_FROM_PROGRAM, folder);

        for (Mode mode : Mode.values()) {
            RestoreOptions trusting = options(mode, Set.of(Risk.UNTRUSTED));
            OperationStatus ended =
                    backups.await(backups.restoreFile(file, trusting, ALICE).id());
            assertThat(ended.error()).as(ended.message()).isEqualTo("refused");
            assertThat(ended.message()).contains("its SQL could reach the server's machine");
            assertThat(backups.planFile(file, trusting).obstacles().toString())
                    .contains("its SQL could reach the server's machine");
        }

        site.assertUntouched();
    }

    private int major() {
        return Integer.parseInt(
                        server.query("postgres", "SHOW server_version_num").get(0))
                / 10_000;
    }

    private static RestoreOptions options(Mode mode, Set<Risk> accepted) {
        return new RestoreOptions(mode, false, false, accepted);
    }
}
