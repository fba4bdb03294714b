package dev.reliability.drill;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes a report's section and chart of a recording, and says whether its goals are met. */
final class ReportCommand {
    private static final Set<String> OPTIONS = Set.of("in", "title", "what", "section", "chart", "goal", "beyond");

    private ReportCommand() {}

    static int run(List<String> words, PrintStream printed) throws Exception {
        Arguments arguments = new Arguments(words, OPTIONS);
        Path folder = Path.of(arguments.required("in"));
        Path section = Path.of(arguments.required("section"));
        Path chart = Path.of(arguments.required("chart"));
        String title = arguments.required("title");
        Beyond beyond = arguments.optional("beyond").map(Beyond::parse).orElse(Beyond.NOTHING);
        Recording recording = Recording.read(folder);
        List<Goal> goals = new ArrayList<>(new Goals(recording).of(arguments.pairs("goal"), beyond));
        goals.addAll(Checks.read(folder.resolve("checks")));

        Files.writeString(chart, Chart.of(recording, title));
        String text = Report.of(
                recording,
                title,
                arguments.required("what"),
                goals,
                beyond,
                chart.getFileName().toString());
        Files.writeString(section, text);
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
