package dev.reliability.health.management;

import java.util.HashMap;
import java.util.Map;

/** What goes back: a status, headers and a text, which a HEAD leaves out. */
record Answer(int status, Map<String, String> headers, String body) {

    static Answer of(int status, String contentType, String body) {
        return new Answer(status, Map.of("Content-Type", contentType), body);
    }

    /** JSON, with a newline at its end for whoever reads it in a terminal. */
    static Answer json(int status, String json) {
        return of(status, "application/json", json + "\n");
    }

    /** An RFC 9457 problem. The texts are this package's own constants, so nothing in them needs escaping. */
    static Answer problem(int status, String code, String title, String detail) {
        return of(
                status,
                "application/problem+json",
                "{\"type\":\"urn:problem:reliability:" + code + "\",\"title\":\"" + title + "\",\"status\":" + status
                        + ",\"detail\":\"" + detail + "\"}\n");
    }

    Answer with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, Map.copyOf(more), body);
    }
}
