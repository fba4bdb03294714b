package dev.reliability.drill;

/** How a request ended, as its client sees it. */
enum Outcome {
    /** With what it asked for, to the last byte. */
    SERVED,
    /** By a 503 that says when to come back: the client knows where it is. */
    REFUSED,
    /** By any other status, by silence, or by a connection that broke. */
    FAILED,
    /** With other bytes than were written, or without those of an acknowledged document. */
    WRONG
}
