package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.core.backup.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgreSQLProgramsTest {
    @ParameterizedTest
    @CsvSource({
        "15.18, true", "15.14, true", "15.13, false", "16.10, true", "16.9, false", "17.6, true", "17.5, false",
        "14.19, true", "14.18, false", "13.22, true", "12.22, false", "18.0, true", "18beta1, true", "19devel, true",
        "'', false", "nonsense, false"
    })
    void a_psql_can_be_restricted_from_the_minor_version_on_that_brought_it(String version, boolean restricted) {
        assertThat(PostgreSQLPrograms.knowsRestrict(version)).isEqualTo(restricted);
    }

    @Test
    void a_psql_that_is_too_old_is_named_with_the_version_needed(@TempDir Path folder) throws IOException {
        programs(folder, "15.13");
        PostgreSQLPrograms programs = PostgreSQLPrograms.find(config(folder), 15);
        assertThat(programs.version()).isEqualTo("15.13");
        assertThatThrownBy(programs::restrictedPsql)
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining("is version 15.13")
                .hasMessageContaining("15.14 or newer");
    }

    @Test
    void a_program_that_is_missing_is_named(@TempDir Path folder) throws IOException {
        programs(folder, "15.18");
        Files.delete(folder.resolve("psql"));
        assertThatThrownBy(() -> PostgreSQLPrograms.find(config(folder), 15))
                .isInstanceOf(BackupException.Unavailable.class)
                .hasMessageContaining(folder + " (without psql)")
                .hasMessageContaining("PG_BIN");
    }

    private static void programs(Path folder, String version) throws IOException {
        for (String name : new String[] {"pg_dump", "pg_dumpall", "psql"}) {
            Path file = folder.resolve(name);
            Files.writeString(file, "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + " (Debian)'\n");
            file.toFile().setExecutable(true);
        }
    }

    private static PostgreSQLConfig config(Path folder) {
        return PostgreSQLConfig.builder()
                .user("app")
                .database("app")
                .pgBin(folder)
                .build();
    }
}
