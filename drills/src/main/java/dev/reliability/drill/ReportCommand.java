package dev.reliability.drill;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a report's section and chart of a recording, and says whether its goals are met. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Reads what load has left, with 'marks' (lines MILLIS NAME TEXT) and 'checks' (lines met|missed NAME | MEASURED |"
                    + " ALLOWED), and ends with 0 if all goals are met, 1 if not. Goals:",
            Goals.NAMES
        })
final class ReportCommand implements Callable<Integer> {
    private final PrintWriter printed;

    @Option(names = "--in", required = true, paramLabel = "FOLDER", description = "the recording")
    private Path folder = Path.of("");

    @Option(names = "--title", required = true, paramLabel = "TEXT", description = "heading of the section")
    private String title = "";

    @Option(names = "--what", required = true, paramLabel = "TEXT", description = "what is done to whom")
    private String what = "";

    @Option(names = "--section", required = true, paramLabel = "FILE.md", description = "where it is written")
    private Path section = Path.of("");

    @Option(names = "--chart", required = true, paramLabel = "FILE.svg", description = "where the chart is written")
    private Path chart = Path.of("");

    @Option(names = "--goal", paramLabel = "NAME=ALLOWED", description = "may be given several times")
    private Map<String, String> allowed = new LinkedHashMap<>();

    @Option(
            names = "--beyond",
            paramLabel = "FROM,TO",
            description = "two marks, between which documents were acknowledged that no backup can have")
    private @Nullable String beyondMarks;

    ReportCommand(PrintWriter printed) {
        this.printed = printed;
    }

    @Override
    public Integer call() throws Exception {
        Beyond beyond = Optional.ofNullable(beyondMarks).map(Beyond::parse).orElse(Beyond.NOTHING);
        Recording recording = Recording.read(folder);
        List<Goal> goals = new ArrayList<>(new Goals(recording).of(allowed, beyond));
        goals.addAll(Checks.read(folder.resolve("checks")));

        Files.writeString(chart, Chart.of(recording, title));
        Files.writeString(
                section,
                Report.of(
                        recording,
                        title,
                        what,
                        goals,
                        beyond,
                        chart.getFileName().toString()));
        new TimeLine(recording)
                .events()
                .forEach(
                        event -> printed.printf("%6.1f s  %s%n", (event.at() - recording.start()) / 1e6, event.text()));
        goals.forEach(goal -> printed.printf(
                "%s %s: %s (at most %s)%n",
                goal.met() ? "met   " : "MISSED", goal.name(), goal.measured(), goal.allowed()));
        boolean passed = goals.stream().allMatch(Goal::met);
        printed.printf("%s: %s%n", title, passed ? "passed" : "failed");
        return passed ? 0 : 1;
    }
}
