package dev.reliability.backup.repository;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The journal of one restore, as its owner writes it. Meant for dozens of steps: each rewrites the whole. */
@SuppressWarnings("DoNotCallSuggester")
public final class Journal {

    Journal() {}

    /** Appends a step; it survives a crash when this returns. */
    public void append(String name, Map<String, String> facts) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All steps so far. */
    public List<Journals.Step> steps() {
        throw new UnsupportedOperationException();
    }

    /** Says that nothing is left to finish; the journal stays readable. */
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
