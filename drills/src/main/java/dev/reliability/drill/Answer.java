package dev.reliability.drill;

import org.jspecify.annotations.Nullable;

/**
 * What came back for a request.
 *
 * @param detail the status, or what broke
 * @param id the new document's, of an upload that was served
 */
record Answer(Outcome outcome, String detail, @Nullable String id) {
    static Answer of(Outcome outcome, String detail) {
        return new Answer(outcome, detail, null);
    }
}
