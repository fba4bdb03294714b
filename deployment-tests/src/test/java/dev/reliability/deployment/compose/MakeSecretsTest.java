package dev.reliability.deployment.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakeSecretsTest {
    private static final Map<String, String> OWNERS = new TreeMap<>(Map.of(
            "db-password", "999:999",
            "app-db-password", "10001:10001",
            "jwt-secret", "10001:10001",
            "backup-signing-key", "10001:10001",
            "documents-s3-access-key", "10001:10002",
            "documents-s3-secret-key", "10001:10002",
            "backups-s3-access-key", "10001:10003",
            "backups-s3-secret-key", "10001:10003",
            "grafana-admin-password", "472:472"));

    @TempDir
    Path folder;

    private Path secrets;
    private Path chowned;

    /** Not everybody who runs tests may give files away: what is asked of chown is written down. */
    @BeforeEach
    void a_chown_that_tells() throws IOException {
        secrets = Files.createDirectory(folder.resolve("secrets"));
        chowned = folder.resolve("chowned");
        Path chown = Files.createDirectory(folder.resolve("bin")).resolve("chown");
        Files.writeString(chown, "#!/bin/sh\nprintf '%s %s\\n' \"${2##*/}\" \"$1\" >>'" + chowned + "'\n");
        Files.setPosixFilePermissions(chown, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Shell.Result make(Map<String, String> given) {
        Map<String, String> environment = new HashMap<>(given);
        environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        return Shell.run(
                environment,
                "sh",
                Project.path("deploy/compose/make-secrets.sh").toString(),
                secrets.toString());
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(secrets)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void each_is_random_and_different_and_of_256_bits() throws IOException {
        assertThat(make(Map.of()).exitCode()).isZero();
        assertThat(contents().keySet()).isEqualTo(OWNERS.keySet());
        assertThat(contents().values())
                .allMatch(secret -> secret.matches("[0-9a-f]{64}"))
                .doesNotHaveDuplicates();
    }

    @Test
    void each_may_be_read_by_whom_it_is_for_alone() throws IOException {
        make(Map.of());
        for (String name : OWNERS.keySet()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets.resolve(name))))
                    .isEqualTo("r--r-----");
        }
        assertThat(Files.readAllLines(chowned))
                .containsExactlyInAnyOrderElementsOf(OWNERS.entrySet().stream()
                        .map(owner -> owner.getKey() + ".new " + owner.getValue())
                        .toList());
    }

    @Test
    void run_again_nothing_changes() throws IOException {
        make(Map.of());
        Map<String, String> first = contents();
        Shell.Result again = make(Map.of());
        assertThat(contents()).isEqualTo(first);
        assertThat(again.output().lines()).allMatch(line -> line.endsWith(": kept"));
    }

    @Test
    void what_is_given_is_taken_as_it_is_and_others_are_kept() throws IOException {
        make(Map.of());
        Map<String, String> expected = new TreeMap<>(contents());
        String given = "a 'b' \"c\" $d `e` \\ %s 密码 -n";
        expected.put("db-password", given);
        assertThat(make(Map.of("POSTGRES_PASSWORD", given)).exitCode()).isZero();
        assertThat(contents()).isEqualTo(expected);
    }

    @Test
    void no_secret_is_told() throws IOException {
        String said = make(Map.of("DB_PASSWORD", "nobody-sees-this")).output();
        assertThat(said).contains("app-db-password: given").doesNotContain("nobody-sees-this");
        contents().values().forEach(secret -> assertThat(said).doesNotContain(secret));
    }

    @Test
    void what_would_not_work_is_refused_and_changes_nothing() throws IOException {
        make(Map.of());
        Map<String, String> before = contents();
        Shell.Result shortOne = make(Map.of("POSTGRES_PASSWORD", "fine", "JWT_SECRET", "too-short"));
        assertThat(shortOne.exitCode()).isEqualTo(1);
        assertThat(shortOne.output()).contains("JWT_SECRET must have 32 bytes or more");
        Shell.Result twoLines = make(Map.of("POSTGRES_PASSWORD", "a\nb"));
        assertThat(twoLines.exitCode()).isEqualTo(1);
        assertThat(twoLines.output()).contains("POSTGRES_PASSWORD must be one line");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void what_an_earlier_run_left_half_made_is_no_secret() throws IOException {
        Files.writeString(secrets.resolve("db-password"), "");
        Files.writeString(secrets.resolve("jwt-secret.new"), "half");
        assertThat(make(Map.of()).exitCode()).isZero();
        assertThat(contents().keySet()).isEqualTo(OWNERS.keySet());
        assertThat(List.copyOf(contents().values())).allMatch(secret -> secret.matches("[0-9a-f]{64}"));
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Shell.Result result = Shell.run(
                Map.of(), "sh", Project.path("deploy/compose/make-secrets.sh").toString(), "/not/there");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output()).contains("/not/there is not a folder");
    }
}
