package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What to restore, and how.
 *
 * @param operation the operation's id: the application name of all its sessions, and part of the new databases' names
 * @param dump the plain SQL
 * @param facts of the manifest; null for a file without one, which is then only loaded and not compared
 * @param names what a {@link PostgreSQLRestore#survey survey} of a file without a manifest found
 * @param plainBytes the dump's length; -1 if it is not known
 * @param trusted whether the dump is one of ours. One that is not is loaded only by a role that the server's files and
 *     programs are closed to; a trusted one is loaded by any, a superuser too
 * @param readOnly whether the live database takes no more writes from the start on
 * @param acceptLostSettings whether settings that this role can not carry over are left out instead of refused
 * @param bytesSoFar told on the calling thread how many bytes of the dump were handed to psql
 */
public record RestoreRequest(
        String operation,
        DumpSource dump,
        @Nullable DatabaseFacts facts,
        DumpNames names,
        long plainBytes,
        boolean trusted,
        boolean readOnly,
        boolean acceptLostSettings,
        LongConsumer bytesSoFar) {

    /** Of a dump whose manifest says what it needs, or that nothing was asked about. */
    public RestoreRequest(
            String operation,
            DumpSource dump,
            @Nullable DatabaseFacts facts,
            long plainBytes,
            boolean trusted,
            boolean readOnly,
            boolean acceptLostSettings,
            LongConsumer bytesSoFar) {
        this(operation, dump, facts, DumpNames.NONE, plainBytes, trusted, readOnly, acceptLostSettings, bytesSoFar);
    }
}
