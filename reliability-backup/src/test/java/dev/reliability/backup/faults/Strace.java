package dev.reliability.backup.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The command lines of strace, which a test runs a process under, where it is installed and allowed. */
final class Strace {
    private Strace() {}

    static boolean works() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** Writes these calls of all threads into a file. */
    static List<String> recording(String calls, Path file) {
        return List.of("strace", "-f", "-y", "-s", "0", "-e", "trace=" + calls, "-o", file.toString());
    }

    /** Kills the process when a thread comes to its {@code nth} call of this kind, before the call is done. */
    static List<String> killing(String call, int nth) {
        return List.of(
                "strace",
                "-f",
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + call + ":signal=KILL:when=" + nth,
                "-o",
                "/dev/null");
    }
}
