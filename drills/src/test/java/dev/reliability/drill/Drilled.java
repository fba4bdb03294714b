package dev.reliability.drill;

import java.util.ArrayList;
import java.util.List;

/** Makes a recording by the second. */
final class Drilled {
    private final List<Request> requests = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final List<Kept> documents = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();

    Drilled request(double sent, double seconds, Call call, Outcome outcome) {
        requests.add(new Request(micros(sent), micros(sent + seconds), call, outcome, "a detail"));
        return this;
    }

    Drilled served(double sent) {
        return request(sent, 0.01, Call.CONTENT, Outcome.SERVED);
    }

    Drilled state(double at, String backend, String what, String before, String state) {
        transitions.add(new Transition(micros(at), backend, what, before, state));
        return this;
    }

    Drilled document(double acknowledged, Fate fate) {
        documents.add(new Kept("an-id-" + documents.size(), micros(acknowledged), fate));
        return this;
    }

    Drilled mark(double at, String name) {
        marks.add(new Mark(micros(at), name, "what was done: " + name));
        return this;
    }

    Recording recording() {
        return new Recording(requests, transitions, documents, marks);
    }

    static long micros(double seconds) {
        return Math.round(seconds * 1e6);
    }
}
