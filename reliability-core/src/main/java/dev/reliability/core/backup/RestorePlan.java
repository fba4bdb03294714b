package dev.reliability.core.backup;

import static java.util.Objects.requireNonNull;

import dev.reliability.core.backup.RestoreOptions.Mode;
import dev.reliability.core.backup.RestoreOptions.Risk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a restore would do if it began now. Nothing was done to find it out, so it holds for the moment at which it was
 * made: sessions come and go, and rows go on being written. Immutable.
 *
 * @param backupId null for a file that is no backup of the service
 * @param type what would be restored
 * @param createdAt the moment of the backup's snapshot; null as its id
 * @param database what would become of the database; null if nothing would, or it is not configured here
 * @param objects what would become of the objects; null if nothing would, or they are not configured here
 * @param estimate how long it would take
 * @param obstacles why it would be refused as things are: each a sentence that names the fact and what to do
 * @param accept all that has to be accepted by name for this restore, whether it was already or not
 */
public record RestorePlan(
        @Nullable String backupId,
        BackupType type,
        @Nullable Instant createdAt,
        @Nullable Database database,
        @Nullable Objects objects,
        Estimate estimate,
        List<String> obstacles,
        Set<Risk> accept) {
    public RestorePlan {
        requireNonNull(type, "type");
        requireNonNull(estimate, "estimate");
        obstacles = List.copyOf(obstacles);
        accept = Set.copyOf(accept);
    }

    /** Whether nothing is known that would refuse it. What only shows while it runs can still end it, unharmed. */
    public boolean possible() {
        return obstacles.isEmpty();
    }

    /**
     * What becomes of the database.
     *
     * @param mode how it is replaced
     * @param name of the live database
     * @param exists whether it is there now
     * @param bytes its size now; null if it is not there or this role may not ask
     * @param keptAs what the replaced one is called afterwards, with {@code <operation>} for what only the operation
     *     knows; null if none is kept
     * @param transactionsLost at most how many transactions that wrote something were committed since the backup and are
     *     lost by the restore, those of other databases of the same server included; null if it is not known: the
     *     backup does not say how far the server was, or is of another server
     * @param space what it takes on the database server's disk
     * @param sessions how many sessions are connected to it
     * @param connected whose they are, most first; at most {@link #MOST_CONNECTED}
     * @param notCarriedOver what the restored database would not have, although the backup's had it: a sentence each
     */
    public record Database(
            Mode mode,
            String name,
            boolean exists,
            @Nullable Long bytes,
            @Nullable String keptAs,
            @Nullable Long transactionsLost,
            Space space,
            long sessions,
            List<Sessions> connected,
            List<String> notCarriedOver) {
        /** So many rows of {@link #connected()} there are at most. */
        public static final int MOST_CONNECTED = 50;

        public Database {
            requireNonNull(mode, "mode");
            requireNonNull(name, "name");
            requireNonNull(space, "space");
            connected = List.copyOf(connected);
            notCarriedOver = List.copyOf(notCarriedOver);
        }
    }

    /**
     * Sessions of one kind.
     *
     * @param role whose they are
     * @param application what they call themselves; may be empty
     * @param address where they come from; null if this role may not see it, or they use no network
     * @param count how many
     */
    public record Sessions(
            String role, String application, @Nullable String address, long count) {
        public Sessions {
            requireNonNull(role, "role");
            requireNonNull(application, "application");
        }
    }

    /**
     * What becomes of the objects. They are compared by length and moment of writing, without reading them.
     *
     * @param compared whether they were; else there was no time for it, or the backup's list can not be read here, and
     *     the counts are those of the manifest, as if the store were empty
     * @param missing how many are written as they are not there
     * @param differing at most how many are replaced: those that have another length, or the same and were written at
     *     another moment
     * @param deleted how many are deleted as the backup does not name them; 0 without {@link RestoreOptions#mirror()}
     * @param store what it takes in the application's store, at most
     * @param repository what it takes where the backups are, at most: what is replaced or deleted is kept there for a while
     */
    public record Objects(boolean compared, long missing, long differing, long deleted, Space store, Space repository) {
        public Objects {
            requireNonNull(store, "store");
            requireNonNull(repository, "repository");
        }
    }

    /**
     * Room that is needed and found.
     *
     * @param needed bytes; null if nobody can say, as of a file without a manifest
     * @param free bytes; null if it can not be asked, as of an S3 bucket or the disk of a database server
     */
    public record Space(@Nullable Long needed, @Nullable Long free) {
        /** Whether it is known to be there. */
        public boolean known() {
            return needed != null && free != null && free >= needed;
        }
    }

    /**
     * How long it takes, by what restores of this type took before.
     *
     * @param duration null if none was measured
     * @param bytesPerSecond of what is restored, before compression; null if none was measured
     * @param restores how many were measured: the newest completed ones on record whose backup is still there
     */
    public record Estimate(
            @Nullable Duration duration, @Nullable Long bytesPerSecond, int restores) {
        /** Of a restore without a precedent. */
        public static Estimate unknown() {
            return new Estimate(null, null, 0);
        }
    }
}
