package dev.reliability.drill;

/** What a request of the load asks for. */
enum Call {
    UPLOAD,
    METADATA,
    CONTENT,
    LIST;

    boolean isWrite() {
        return this == UPLOAD;
    }

    /** What is answered by the database alone. */
    boolean isOfRows() {
        return this == METADATA || this == LIST;
    }
}
