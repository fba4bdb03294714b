package dev.reliability.drill;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** When what happened: the marks of the script, what the probes saw, and what the requests tell. */
record TimeLine(Recording recording) {
    /** A moment, in microseconds since 1970, and what happened then. */
    record Event(long at, String text) {}

    /** When a probe saw for the first time that something is wrong. */
    OptionalLong detected() {
        return firstTransition(Transition::isForTheWorse);
    }

    OptionalLong breakerOpened() {
        return firstTransition(Transition::isBreakerOpening);
    }

    private OptionalLong firstTransition(Predicate<Transition> wanted) {
        long broken = moment(Mark.BROKEN);
        return recording.transitions().stream()
                .filter(wanted)
                .mapToLong(Transition::at)
                .filter(at -> at >= broken)
                .min();
    }

    /**
     * From when on, while it was still broken, each new request was served within a second: after the last one that was
     * not. The moment of the break if there was none.
     */
    long moved() {
        long broken = moment(Mark.BROKEN);
        long until = recording.marks().stream()
                .filter(mark -> mark.name().equals(Mark.REPAIRED))
                .mapToLong(Mark::at)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        return lastSent(broken, until, Request::isDisturbed);
    }

    /** From when on each new request was served again: after the last one that was not. */
    long recovered() {
        return lastSent(back(), Long.MAX_VALUE, request -> !request.isServed());
    }

    /** When what was broken was there again. */
    long back() {
        return recording.marks().stream().anyMatch(mark -> mark.name().equals(Mark.READY))
                ? moment(Mark.READY)
                : moment(Mark.REPAIRED);
    }

    private long lastSent(long from, long until, Predicate<Request> wanted) {
        return recording.requests().stream()
                .filter(request -> request.sent() >= from && request.sent() < until)
                .filter(wanted)
                .mapToLong(Request::sent)
                .max()
                .orElse(from);
    }

    long moment(String mark) {
        return Mark.required(mark, recording.marks()).at();
    }

    boolean has(String mark) {
        return recording.marks().stream().anyMatch(each -> each.name().equals(mark));
    }

    /** All, in the order of time. */
    List<Event> events() {
        Stream<Event> marks = recording.marks().stream().map(mark -> new Event(mark.at(), mark.text()));
        Stream<Event> probes = recording.transitions().stream()
                .filter(transition -> !transition.isFirst())
                .map(transition -> new Event(transition.at(), told(transition)));
        return Stream.of(marks, probes, computed())
                .flatMap(each -> each)
                .sorted(Comparator.comparingLong(Event::at))
                .toList();
    }

    private static String told(Transition transition) {
        if (transition.what().equals("ready")) {
            return transition.backend()
                    + (transition.state().equals(Transition.NO_ANSWER) ? ": no answer" : ": " + transition.state());
        }
        String what = transition.what().startsWith("breaker ")
                ? "the breaker '" + transition.what().substring("breaker ".length()) + "' is "
                : "its health: ";
        return transition.backend() + ": " + what + transition.state();
    }

    private Stream<Event> computed() {
        Stream.Builder<Event> events = Stream.builder();
        if (has(Mark.BROKEN) && anyAfter(Mark.BROKEN, Request::isDisturbed)) {
            events.add(new Event(
                    moved(),
                    "the last request" + (has(Mark.REPAIRED) ? " until its repair" : "")
                            + " that was not served within a second"));
        }
        if ((has(Mark.REPAIRED) || has(Mark.READY)) && recovered() > back()) {
            events.add(new Event(recovered(), "the last request that was not served"));
        }
        return events.build();
    }

    private boolean anyAfter(String mark, Predicate<Request> wanted) {
        long from = moment(mark);
        return recording.requests().stream().anyMatch(request -> request.sent() >= from && wanted.test(request));
    }
}
