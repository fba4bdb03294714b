package dev.reliability.deployment.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import dev.reliability.deployment.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryPointTest {
    @TempDir
    Path home;

    @BeforeEach
    void a_java_that_tells_its_arguments() throws IOException {
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> arguments(String options, String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "sh";
        command[1] = Project.path("deploy/image/ai-doc-backend.sh").toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        Shell.Result result = Shell.run(Map.of("JAVA_HOME", home.toString(), "JAVA_OPTS", options), command);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output().lines().toList();
    }

    @Test
    void arguments_reach_the_application_as_they_are() {
        assertThat(arguments("", "restore", "a b", "$HOME"))
                .endsWith("-jar", "/app/sample-app.jar", "restore", "a b", "$HOME");
    }

    @Test
    void the_heap_is_a_part_of_the_containers_memory() {
        assertThat(arguments("", "serve")).contains("-XX:MaxRAMPercentage=25", "-XX:+UseSerialGC");
    }

    @Test
    void the_users_options_come_last_and_so_win() {
        assertThat(arguments("-Xmx300m -Dx=y", "serve"))
                .containsSubsequence("-XX:MaxRAMPercentage=25", "-Xmx300m", "-Dx=y", "-jar");
    }

    @Test
    void one_compiler_is_enough_unless_the_user_wants_both() {
        assertThat(arguments("", "serve")).contains("-XX:TieredStopAtLevel=1");
        assertThat(arguments("-XX:TieredStopAtLevel=4", "serve"))
                .containsSubsequence("-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=4");
    }

    @Test
    void two_collectors_would_stop_the_jvm_so_the_users_replaces_ours() {
        assertThat(arguments("-XX:+UseG1GC", "serve")).contains("-XX:+UseG1GC").doesNotContain("-XX:+UseSerialGC");
    }
}
