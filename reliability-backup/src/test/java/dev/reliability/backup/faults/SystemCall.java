package dev.reliability.backup.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system call that went well, as strace saw it.
 *
 * @param path the file that it is about; of a new name the old one
 * @param newPath the new name; empty if it gives none
 * @param result what it returned
 * @param begun the line of the trace in which it began
 * @param ended the line of the trace in which it had ended
 */
record SystemCall(String thread, String name, String path, String newPath, long result, int begun, int ended) {
    private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
    private static final Pattern UNFINISHED = Pattern.compile("(.*) <unfinished \\.\\.\\.>");
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
    private static final Pattern CALL =
            Pattern.compile("(\\w+)\\((?:\\d+<([^>]*)>|\"([^\"]*)\")(?:, \"([^\"]*)\")?.*\\) += (\\d+)");

    boolean names() {
        return name.equals("link") || name.equals("rename");
    }

    boolean writes() {
        return name.equals("write");
    }

    boolean syncs() {
        return name.equals("fsync");
    }

    @Override
    public String toString() {
        return name + " " + path + (newPath.isEmpty() ? "" : " " + newPath);
    }

    /** The calls of a trace that {@link Strace#recording} made, in the order in which they ended. */
    static List<SystemCall> read(Path trace) throws IOException {
        List<SystemCall> calls = new ArrayList<>();
        Map<String, String> unfinished = new HashMap<>();
        Map<String, Integer> begun = new HashMap<>();
        List<String> lines = Files.readAllLines(trace);
        for (int number = 0; number < lines.size(); number++) {
            Matcher line = LINE.matcher(lines.get(number));
            if (!line.matches()) {
                continue;
            }
            String thread = line.group(1);
            String text = line.group(2);
            Matcher cut = UNFINISHED.matcher(text);
            if (cut.matches()) {
                unfinished.put(thread, cut.group(1));
                begun.put(thread, number);
                continue;
            }
            int from = number;
            Matcher rest = RESUMED.matcher(text);
            if (rest.matches()) {
                text = unfinished.remove(thread) + rest.group(1);
                from = begun.remove(thread);
            }
            Matcher call = CALL.matcher(text);
            if (call.matches()) {
                calls.add(new SystemCall(
                        thread,
                        call.group(1),
                        call.group(2) == null ? call.group(3) : call.group(2),
                        call.group(4) == null ? "" : call.group(4),
                        Long.parseLong(call.group(5)),
                        from,
                        number));
            }
        }
        return calls;
    }
}
