package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestReading;
import dev.reliability.backup.repository.Layout.Place;
import dev.reliability.core.backup.BackupStatus;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Kind;
import dev.reliability.core.backup.OperationStatus.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What whoever takes the lease owes to those that lost it. Safe for use by any thread.
 *
 * <p>A holder that stood still does not know that it has a successor, and no store can refuse its writes. So the
 * successor first takes the place in which each unfinished backup would be committed: the sleeper's own commit then
 * finds it taken. What the sleeper still writes belongs to an id that nobody will ever use.
 */
public final class Recovery {
    /** An operation that waits for a lease rewrites its record far more often. */
    private static final Duration WAITING_IS_DEAD = Duration.ofMinutes(1);

    static final String LEASE_LOST = "lease_lost";

    private final Documents documents;
    private final BackupIds ids;
    private final Manifests manifests;
    private final Operations operations;
    private final Deletions deletions;

    Recovery(Documents documents, BackupIds ids, Manifests manifests, Operations operations, Deletions deletions) {
        this.documents = documents;
        this.ids = ids;
        this.manifests = manifests;
        this.operations = operations;
        this.deletions = deletions;
    }

    /** Ends on the database's side what a process did not. */
    @FunctionalInterface
    public interface Interrupted {
        /** Ends the sessions of a backup, before its files go. What can not be ended now must not stop the rest. */
        default void endSessions(OperationRecord operation) {}

        /** How it ended, by its journal, if it has one; null to leave it as it is, to be tried again by the next holder. */
        @Nullable Ending end(OperationRecord operation) throws IOException;

        /** Puts in order what operations left whose records say already that they failed. */
        default void tidy() throws IOException {}
    }

    /**
     * How an interrupted operation ended.
     *
     * @param error see {@link OperationStatus#error()}; null unless it failed
     */
    public record Ending(
            OperationStatus.Status status,
            String message,
            @Nullable String error) {}

    /**
     * Must be the first thing under a new lease: closes the place of every backup that an earlier holder did not
     * finish, removes what it left behind, ends its record, tidies up after restores, and finishes deletions.
     *
     * @param database ends sessions, restores and undos
     * @throws LeaseLostException if the lease is lost meanwhile
     */
    public void run(Lease lease, Interrupted database) throws IOException {
        List<OperationRecord> interrupted = operations.list().stream()
                .filter(record -> !record.status().status().ended())
                .filter(record -> !record.status().id().equals(lease.operationId()))
                .filter(record -> record.epoch() < lease.epoch())
                .toList();
        Instant now = documents.now();
        for (OperationRecord record : interrupted) {
            lease.requireHeld();
            Ending ending = endOf(record, database, now);
            if (ending != null) {
                operations.end(record, ending);
            }
        }
        database.tidy();
        deletions.finishAll(lease);
        documents.store().removeAbandoned();
    }

    private @Nullable Ending endOf(OperationRecord record, Interrupted database, Instant now) throws IOException {
        Optional<Place> place = ids.placeOf(record.status().id());
        if (place.isEmpty() && record.epoch() == 0 && mayWait(record, now)) {
            return null;
        }
        if (record.status().kind() == Kind.CREATE) {
            database.endSessions(record);
        }
        if (place.isPresent()) {
            return close(record, place.get());
        }
        return record.status().kind().replacesLive() ? database.end(record) : lost(record);
    }

    private boolean mayWait(OperationRecord record, Instant now) throws IOException {
        return operations
                .lastSign(record)
                .filter(sign -> Duration.between(sign, now).compareTo(WAITING_IS_DEAD) < 0)
                .isPresent();
    }

    /** Takes the place where a lost writer would commit, or finds out that it did. */
    private Ending close(OperationRecord record, Place place) throws IOException {
        Ending lost = lost(record);
        if (manifests.close(place, record.status(), lost.message())) {
            deletions.removeArtifacts(place);
            return lost;
        }
        Optional<Manifest> there = manifests.read(place).map(ManifestReading::manifestOrNull);
        if (there.isEmpty()) {
            return lost;
        }
        return new Ending(
                there.get().status() == BackupStatus.COMPLETED ? Status.COMPLETED : Status.INCOMPLETE,
                Optional.ofNullable(there.get().message()).orElse(""),
                null);
    }

    private static Ending lost(OperationRecord record) {
        return new Ending(
                Status.FAILED,
                "its process on " + record.status().host() + " ended or stood still in phase "
                        + record.status().phase() + ", and another one took over",
                LEASE_LOST);
    }
}
