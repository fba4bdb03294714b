package dev.reliability.drill;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a drill showed, as a section of Markdown that reads well as plain text too. */
final class Report {
    private static final int MOST_EVENTS = 60;

    private final Recording recording;
    private final StringBuilder text = new StringBuilder();

    private Report(Recording recording) {
        this.recording = recording;
    }

    /**
     * The section.
     *
     * @param what one sentence on what is done to whom
     * @param chart how the chart is reached from where the report lies
     */
    static String of(Recording recording, String title, String what, List<Goal> goals, Beyond beyond, String chart) {
        Report report = new Report(recording);
        boolean passed = goals.stream().allMatch(Goal::met);
        report.line("## %s: %s", title, passed ? "passed" : "failed");
        report.line("");
        report.line("%s", what);
        report.line("");
        report.line("![requests by outcome and the slowest, second by second](%s)", chart);
        report.goals(goals);
        report.events();
        report.calls();
        report.losses();
        report.documents(beyond);
        return report.text.toString();
    }

    private void goals(List<Goal> goals) {
        line("");
        line("| goal | measured | at most | |");
        line("|---|---|---|---|");
        goals.forEach(goal -> line(
                "| %s | %s | %s | %s |",
                goal.name(), goal.measured(), goal.allowed(), goal.met() ? "met" : "**missed**"));
    }

    private void events() {
        List<TimeLine.Event> events = new TimeLine(recording).events();
        line("");
        line("| second | since the break | what happened |");
        line("|--:|--:|---|");
        events.stream()
                .limit(MOST_EVENTS)
                .forEach(event -> line(
                        "| %.1f | %s | %s |",
                        (event.at() - recording.start()) / 1e6, sinceBreak(event.at()), event.text()));
        if (events.size() > MOST_EVENTS) {
            line("| | | and %d more, in transitions.csv |", events.size() - MOST_EVENTS);
        }
    }

    private String sinceBreak(long at) {
        return recording.marks().stream()
                .filter(mark -> mark.name().equals(Mark.BROKEN))
                .findFirst()
                .filter(broken -> at >= broken.at())
                .map(broken -> String.format(Locale.ROOT, "%.2f s", (at - broken.at()) / 1e6))
                .orElse("");
    }

    private void calls() {
        line("");
        line(
                "| requests | sent | served | refused (503, come back) | failed | wrong | median ms | 99 %% ms | slowest ms |");
        line("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (Call call : Call.values()) {
            List<Request> requests = recording.requests().stream()
                    .filter(request -> request.call() == call)
                    .toList();
            if (!requests.isEmpty()) {
                List<Long> millis = requests.stream()
                        .map(request -> request.micros() / 1_000)
                        .sorted()
                        .toList();
                line(
                        "| %s | %d | %d | %d | %d | %d | %d | %d | %d |",
                        call.name().toLowerCase(Locale.ROOT),
                        requests.size(),
                        count(requests, Outcome.SERVED),
                        count(requests, Outcome.REFUSED),
                        count(requests, Outcome.FAILED),
                        count(requests, Outcome.WRONG),
                        Goals.percentile(millis, 50),
                        Goals.percentile(millis, 99),
                        Goals.percentile(millis, 100));
            }
        }
    }

    private static long count(List<Request> requests, Outcome outcome) {
        return requests.stream().filter(request -> request.outcome() == outcome).count();
    }

    private void losses() {
        Map<String, List<Request>> kinds = recording.requests().stream()
                .filter(request -> !request.isServed())
                .collect(Collectors.groupingBy(
                        request -> "%s | %s, %s"
                                .formatted(
                                        request.call().name().toLowerCase(Locale.ROOT),
                                        request.outcome().name().toLowerCase(Locale.ROOT),
                                        request.detail()),
                        TreeMap::new,
                        Collectors.toList()));
        if (kinds.isEmpty()) {
            return;
        }
        line("");
        line("| not served | how | how many | sent from second | to |");
        line("|---|---|--:|--:|--:|");
        kinds.forEach((kind, requests) -> line(
                "| %s | %d | %.1f | %.1f |",
                kind,
                requests.size(),
                second(requests.stream()
                        .min(Comparator.comparing(Request::sent))
                        .orElseThrow()),
                second(requests.stream()
                        .max(Comparator.comparing(Request::sent))
                        .orElseThrow())));
    }

    private double second(Request request) {
        return (request.sent() - recording.start()) / 1e6;
    }

    private void documents(Beyond beyond) {
        Map<Fate, Long> fates =
                recording.documents().stream().collect(Collectors.groupingBy(Kept::fate, Collectors.counting()));
        line("");
        line(
                "Of %d documents whose upload was acknowledged, %d were read back whole after it, byte for byte; %d were"
                        + " missing, %d changed, %d could not be read.",
                recording.documents().size(),
                fates.getOrDefault(Fate.WHOLE, 0L),
                fates.getOrDefault(Fate.MISSING, 0L),
                fates.getOrDefault(Fate.CHANGED, 0L),
                fates.getOrDefault(Fate.UNREADABLE, 0L));
        if (!beyond.equals(Beyond.NOTHING)) {
            line(
                    "%d of those were acknowledged after the moment of the backup and before the database was lost: no"
                            + " backup can have them.",
                    beyond.notInBackup(recording));
        }
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
