package dev.reliability.drill;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One second of the load: how many of its requests ended how, and how long the slowest took. */
final class Seconds {
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private long worstMicros;

    private Seconds() {}

    /** Each second of a recording, by when requests were sent. */
    static List<Seconds> of(Recording recording) {
        List<Seconds> seconds = new ArrayList<>();
        for (Request request : recording.requests()) {
            int second = (int) ((request.sent() - recording.start()) / 1_000_000);
            while (seconds.size() <= second) {
                seconds.add(new Seconds());
            }
            seconds.get(second).add(request);
        }
        return seconds;
    }

    private void add(Request request) {
        counts.merge(request.outcome(), 1, Integer::sum);
        worstMicros = Math.max(worstMicros, request.micros());
    }

    int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    double worstSeconds() {
        return worstMicros / 1e6;
    }
}
