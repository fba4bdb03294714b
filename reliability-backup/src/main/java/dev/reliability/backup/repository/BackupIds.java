package dev.reliability.backup.repository;

import dev.reliability.core.backup.BackupType;
import java.io.IOException;

/** Gives each backup an id that no other has or ever had. Safe for use by any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class BackupIds {

    BackupIds() {}

    /**
     * Claims an id, the current second by the repository's clock, puts it on the operation's record, and confirms
     * that its lease is still held: from here on whoever takes over closes this id's place.
     *
     * @throws LeaseLostException if it is not; nothing may be written under this id
     */
    public String claim(RunningOperation operation, BackupType type) throws IOException {
        throw new UnsupportedOperationException();
    }
}
