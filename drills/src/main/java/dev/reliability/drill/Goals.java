package dev.reliability.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Which goals a drill has, by name; no lost data and no wrong answer are goals of every one. All others are asked for by
 * {@code NAME=ALLOWED}.
 */
final class Goals {
    static final String NAMES = """
              reads-lost=N          reads that were not served
              writes-lost=N         uploads that were not served
              writes-lost=in-flight:S
                                    only such as were in flight at the mark 'broken' or sent within S seconds of it
              rows-lost=N           requests for lists and metadata that were not served
              unexplained=N         requests that ended neither served nor with a 503 that says when to come back
              detected-seconds=S    from 'broken' until a probe tells
              breaker-seconds=S     from 'broken' until a circuit breaker is open
              moved-seconds=S       from 'broken' until each new request is served within a second again
              recovered-seconds=S   from 'ready', else 'repaired', until each new request is served again
              refused-millis=M      within which 95 of 100 requests are answered that are refused while a breaker is open
            """;

    private final Recording recording;
    private final TimeLine timeLine;

    Goals(Recording recording) {
        this.recording = recording;
        this.timeLine = new TimeLine(recording);
    }

    /** @throws IllegalArgumentException if a name or what is allowed is none that is known, or a mark is missing */
    List<Goal> of(Map<String, String> allowed, Beyond beyond) {
        List<Goal> goals = new ArrayList<>();
        goals.add(Goal.atMost("acknowledged documents lost", beyond.lost(recording), 0));
        goals.add(Goal.atMost("wrong answers", count(request -> request.outcome() == Outcome.WRONG), 0));
        allowed.forEach((name, most) -> goals.add(goal(name, most)));
        return goals;
    }

    private Goal goal(String name, String allowed) {
        return switch (name) {
            case "reads-lost" ->
                Goal.atMost(
                        "reads lost", count(read -> !read.call().isWrite() && !read.isServed()), whole(name, allowed));
            case "writes-lost" -> writesLost(allowed);
            case "rows-lost" ->
                Goal.atMost(
                        "lists and metadata lost",
                        count(read -> read.call().isOfRows() && !read.isServed()),
                        whole(name, allowed));
            case "unexplained" ->
                Goal.atMost(
                        "requests neither served nor told to come back",
                        count(request -> !request.isServed() && request.outcome() != Outcome.REFUSED),
                        whole(name, allowed));
            case "detected-seconds" -> since("broken until detected", timeLine.detected(), number(name, allowed));
            case "breaker-seconds" ->
                since("broken until a breaker opened", timeLine.breakerOpened(), number(name, allowed));
            case "moved-seconds" ->
                Goal.atMostSeconds(
                        "broken until traffic moved",
                        seconds(timeLine.moved() - timeLine.moment(Mark.BROKEN)),
                        number(name, allowed));
            case "recovered-seconds" ->
                Goal.atMostSeconds(
                        "back until all is served",
                        seconds(timeLine.recovered() - timeLine.back()),
                        number(name, allowed));
            case "refused-millis" -> refusedWithin(whole(name, allowed));
            default ->
                throw new IllegalArgumentException("there is no goal '" + name + "', only:\n" + NAMES.stripTrailing());
        };
    }

    private long count(Predicate<Request> wanted) {
        return recording.requests().stream().filter(wanted).count();
    }

    private Goal writesLost(String allowed) {
        Predicate<Request> lost = write -> write.call().isWrite() && !write.isServed();
        if (!allowed.startsWith("in-flight:")) {
            return Goal.atMost("writes lost", count(lost), whole("writes-lost", allowed));
        }
        double seconds = number("writes-lost", allowed.substring("in-flight:".length()));
        long broken = timeLine.moment(Mark.BROKEN);
        long settled = broken + Math.round(seconds * 1_000_000);
        Predicate<Request> atWork = write -> write.sent() <= settled && write.ended() >= broken;
        long inFlight = count(write -> write.call().isWrite() && atWork.test(write));
        long others = count(lost.and(atWork.negate()));
        return new Goal(
                "writes lost",
                "%d, %d of them not in flight".formatted(count(lost), others),
                "the %d in flight at the break or sent within %s s".formatted(inFlight, allowed.substring(10)),
                others == 0);
    }

    private Goal since(String name, OptionalLong moment, double allowed) {
        return moment.isEmpty()
                ? new Goal(name, "never", "%s s".formatted(allowed), false)
                : Goal.atMostSeconds(name, seconds(moment.getAsLong() - timeLine.moment(Mark.BROKEN)), allowed);
    }

    private Goal refusedWithin(long allowed) {
        OptionalLong opened = timeLine.breakerOpened();
        List<Long> millis = recording.requests().stream()
                .filter(request -> request.outcome() == Outcome.REFUSED)
                .filter(request -> opened.isPresent() && request.sent() >= opened.getAsLong())
                .map(request -> request.micros() / 1_000)
                .sorted()
                .toList();
        String name = "95 of 100 refusals within";
        return millis.isEmpty()
                ? new Goal(name, "no breaker opened, or nothing was refused then", allowed + " ms", false)
                : new Goal(name, percentile(millis, 95) + " ms", allowed + " ms", percentile(millis, 95) <= allowed);
    }

    static long percentile(List<Long> sorted, int percent) {
        return sorted.get((sorted.size() - 1) * percent / 100);
    }

    private static double seconds(long micros) {
        return micros / 1e6;
    }

    private static long whole(String name, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("the goal " + name + "=" + text + " is no whole number");
        }
        return Long.parseLong(text);
    }

    private static double number(String name, String text) {
        if (!text.matches("\\d{1,6}(\\.\\d{1,3})?")) {
            throw new IllegalArgumentException("the goal " + name + "=" + text + " is no number of seconds");
        }
        return Double.parseDouble(text);
    }
}
