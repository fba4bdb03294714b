package dev.reliability.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reaches the disk before a write returns. A killed process cannot show that, as the page cache survives it; the
 * system calls can. Only where strace is there and allowed.
 */
class LocalObjectStoreSyncTest {
    private static final Pattern CALL = Pattern.compile(
            "(fsync|rename|link|mkdir|unlink)\\((?:\\d+<([^>]*)>|\"([^\"]*)\")(?:, \"([^\"]*)\")?.*\\) = 0");

    @TempDir
    Path parent;

    /** Writes two objects and deletes one. */
    static final class Writer {
        public static void main(String[] arguments) throws Exception {
            ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]));
            store.put("a/b/renamed", ObjectAttributes.NONE, ObjectBody.of(new byte[10]));
            store.putIfAbsent("a/linked", ObjectAttributes.NONE, ObjectBody.of(new byte[10]));
            store.delete("a/b/renamed");
        }
    }

    @Test
    void bytes_then_name_then_every_folder_above_are_synced() throws Exception {
        Path folder = parent.resolve("store");
        Path trace = parent.resolve("trace");
        List<String> strace = List.of(
                "strace", "-f", "-y", "-e", "trace=fsync,rename,link,mkdir,unlink,rmdir", "-o", trace.toString());
        assumeTrue(runs(strace), "strace does not work here");

        try (ForkedJvm writer = ForkedJvm.start(strace, Writer.class, "C.UTF-8", folder.toString())) {
            assertThat(writer.readLine()).isNull();
        }

        assertThat(callsIn(trace, folder))
                .containsExactly(
                        "mkdir /",
                        "fsync ..",
                        "mkdir /.store",
                        "fsync /",
                        "mkdir /.store/tmp",
                        "fsync /.store",
                        "fsync TEMPORARY",
                        "mkdir /a",
                        "mkdir /a/b",
                        "rename TEMPORARY /a/b/renamed",
                        "fsync /a/b",
                        "fsync /a",
                        "fsync /",
                        "fsync TEMPORARY",
                        "link TEMPORARY /a/linked",
                        "fsync /a",
                        "fsync /",
                        "unlink TEMPORARY",
                        "unlink /a/b/renamed",
                        "fsync /a");
    }

    private List<String> callsIn(Path trace, Path folder) throws IOException {
        return Files.readAllLines(trace).stream()
                .filter(line -> line.contains(folder.toString()) || line.contains("fsync"))
                .map(CALL::matcher)
                .filter(Matcher::find)
                .map(call -> {
                    String first = shortened(call.group(2) == null ? call.group(3) : call.group(2), folder);
                    String second = call.group(4) == null ? "" : " " + shortened(call.group(4), folder);
                    return call.group(1) + " " + first + second;
                })
                .toList();
    }

    private String shortened(String path, Path folder) {
        if (path.equals(parent.toString())) {
            return "..";
        }
        if (path.equals(folder.toString())) {
            return "/";
        }
        return path.replace(folder.toString(), "").replaceAll("^/\\.store/tmp/.+", "TEMPORARY");
    }

    private static boolean runs(List<String> strace) throws InterruptedException {
        try {
            return new ProcessBuilder(List.of(strace.get(0), "-f", "-o", "/dev/null", "true"))
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
