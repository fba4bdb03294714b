package dev.reliability.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Section 7.3 of the guide: the drills, in a short form. They start all that they break themselves. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DrillIT {
    @TempDir
    Path folder;

    private record Run(int code, String output) {}

    private Run drill(String... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(
                List.of("sh", LocalBackend.ROOT.resolve("scripts/drill.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        // Built by the same run as these tests.
        builder.environment().put("RELIABILITY_JAR", JarBackend.jar().toString());
        builder.environment()
                .put(
                        "DRILLS_JAR",
                        LocalBackend.ROOT.resolve("drills/target/drills.jar").toString());
        Process script = builder.start();
        try {
            return new Run(script.waitFor(), Files.readString(output));
        } finally {
            // Told to end, it ends what it has started.
            script.destroy();
        }
    }

    /** On a machine that tests have to themselves no read is lost; a slow one may lose some, and then the report says so. */
    @Test
    void oneBackendIsKilled_noAcknowledgedDocumentIsLost_andTheReportSaysAll() throws Exception {
        Path report = folder.resolve("drill.md");
        Run run = drill(
                "instance", "--scenario", "kill", "--seconds", "10", "--rate", "50", "--report", report.toString());

        assertThat(report).as(run.output()).isRegularFile();
        String text = Files.readString(report);
        assertThat(text)
                .contains("| acknowledged documents lost | 0 | 0 | met |", "| wrong answers | 0 | 0 | met |")
                .contains("kill -9 of backend-2", "backend-2: no answer", "backend-2 is ready", "](drill-kill.svg)")
                .containsPattern("Of \\d{2,} documents whose upload was acknowledged");
        assertThat(run.code()).isEqualTo(text.contains("**missed**") ? 1 : 0);
        assertThat(text).contains(run.code() == 0 ? "| kill | passed |" : "| kill | failed |");
        assertThat(folder.resolve("drill-kill.svg")).isRegularFile();
    }

    @Test
    void whatCanNotBeDone_isRefusedBeforeAnythingIsStarted() throws Exception {
        Run versions = drill("instance", "--scenario", "versions");
        assertThat(versions.code()).isEqualTo(1);
        assertThat(versions.output())
                .contains("instance versions on local: it needs --other-jar FILE")
                .doesNotContain("--- instance");
        assertThat(drill("instance", "--scenario", "none").output()).contains("has no scenario 'none'");
        assertThat(drill("moon").code()).isEqualTo(2);
    }
}
