package dev.reliability.backup.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ChildTest {

    /** Else a terminal's Ctrl-C would end it before anybody cancels what it is for. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_has_a_session_of_its_own_and_is_the_process_that_was_started() throws IOException {
        ServerAddress server = new ServerAddress("localhost", 5432, "u", "p", null);
        try (Child child = Child.start(
                server,
                Path.of("/bin/sh"),
                List.of("-c", "cat /proc/$$/stat"),
                "d",
                "op_child",
                Map.of(),
                Patience.ENDLESS)) {
            String theirs = new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(child.waitFor()).isZero();
            assertThat(session(theirs)).isNotEqualTo(session(Files.readString(Path.of("/proc/self/stat"))));
            assertThat(theirs).startsWith(session(theirs) + " (sh) ");
        }
    }

    /** The sixth field; the second is a name in brackets that may hold blanks. */
    private static String session(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
    }
}
