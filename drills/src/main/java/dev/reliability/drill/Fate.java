package dev.reliability.drill;

/** What became of an acknowledged document. */
enum Fate {
    WHOLE,
    /** Nothing knows of it any more, or its bytes are gone. */
    MISSING,
    /** Its bytes are others. */
    CHANGED,
    /** Nobody could say, however often it was asked. */
    UNREADABLE
}
