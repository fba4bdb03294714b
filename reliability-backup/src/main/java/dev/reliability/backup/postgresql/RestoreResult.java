package dev.reliability.backup.postgresql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restore that was committed.
 *
 * @param database the live database
 * @param keptAs the name of the database that it replaced; null if there was none, and in place
 * @param tables how many tables were compared row by row; 0 without a manifest
 * @param rows how many rows they have
 * @param lost each setting that was left out, as a sentence
 * @param unusable why the application can not use what is restored, as a sentence; null if it can, or was not asked
 * @param settled whether nothing is left to do; if something is, {@link RestoreRecovery#settle} does it by the journal
 */
public record RestoreResult(
        String database,
        @Nullable String keptAs,
        int tables,
        long rows,
        List<String> lost,
        @Nullable String unusable,
        boolean settled) {
    public RestoreResult {
        lost = List.copyOf(lost);
    }

    RestoreResult(String database, @Nullable String keptAs, int tables, long rows, List<String> lost) {
        this(database, keptAs, tables, rows, lost, null, true);
    }
}
