package dev.reliability.backup.repository;

import dev.reliability.backup.repository.Epochs.Beat;
import dev.reliability.backup.repository.Epochs.Claim;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the right to write to one process at a time. Safe for use by any thread.
 *
 * <p>A lease is a file {@code lease/<epoch>}, one above the highest, created if absent: of any number of contenders one
 * succeeds. Its holder changes {@code <epoch>.beat} every 5 s. A contender that sees no change for 20 s on its own
 * monotonic clock, from its first look on, takes the next epoch; wall clocks are never compared, and nothing is deleted
 * to take over. So a holder that stands still for 20 s has a successor, and does not know it: see {@link Recovery} for
 * why that is harmless.
 */
public final class Leases {
    private static final Logger log = LoggerFactory.getLogger(Leases.class);

    private final Documents documents;
    private final Epochs epochs;
    private final TimeSource time;
    private final String host;
    private final LeaseRules rules;
    private final Clockwork clockwork;
    private final Stillness stillness;

    Leases(Documents documents, TimeSource time, String host, LeaseRules rules, Clockwork clockwork) {
        this.documents = documents;
        this.epochs = new Epochs(documents);
        this.time = time;
        this.host = host;
        this.rules = rules;
        this.clockwork = clockwork;
        this.stillness = new Stillness(time);
    }

    /** Takes the lease if it is free or was released; empty at once if somebody holds it, dead or alive. */
    public Optional<Lease> tryAcquire(String operationId) throws IOException {
        Beat beat = stillness.look(epochs::beat).beat();
        return beat.free() ? take(beat.epoch() + 1, operationId) : Optional.empty();
    }

    /**
     * Takes the lease, and waits for it if need be: until it is released, or its holder has not changed its beat for
     * 20 s. They count from when this process first saw that beat, whoever of it looked.
     *
     * @param maxWait how long to wait at most; at least 25 s to outlast a holder that died
     * @param waiting is told about each second for whom it waits, on the calling thread
     * @throws BackupException.Busy if {@code maxWait} is over; names the operation that holds it
     * @throws InterruptedException if interrupted; nothing is held then
     */
    public Lease acquire(String operationId, Duration maxWait, Consumer<Holder> waiting)
            throws IOException, InterruptedException {
        long start = time.nanoTime();
        while (true) {
            Stillness.Look look = stillness.look(epochs::beat);
            boolean silent = look.still().compareTo(rules.takeover()) >= 0;
            if (look.beat().free() || silent) {
                Optional<Lease> lease = take(look.beat().epoch() + 1, operationId);
                if (lease.isPresent()) {
                    return lease.get();
                }
            }
            Optional<Holder> holder = holder();
            if (time.since(start).compareTo(maxWait) >= 0) {
                throw busy(maxWait, holder.orElse(null));
            }
            holder.ifPresent(waiting);
            clockwork.pause(rules.poll());
        }
    }

    /** Who is at work for certain; empty if nobody holds the lease, or its holder died or may have. */
    public Optional<Holder> working() throws IOException {
        return holder().filter(holder -> holder.state() == Holder.State.BEATS);
    }

    /** Who holds the lease; empty if it is free or was released. */
    public Optional<Holder> holder() throws IOException {
        Beat beat = stillness.look(epochs::beat).beat();
        if (beat.free()) {
            return Optional.empty();
        }
        Optional<Claim> claim = epochs.claim(beat.epoch());
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        Claim by = claim.get();
        return Optional.of(new Holder(by.operationId(), beat.epoch(), by.host(), stateOf(beat.epoch(), by)));
    }

    private Optional<Lease> take(long epoch, String operationId) throws IOException {
        long before = time.nanoTime();
        Claim claim = new Claim(
                operationId,
                host,
                ThisProcess.pid(),
                ThisProcess.startedAt(),
                UUID.randomUUID().toString());
        if (!epochs.create(epoch, claim)) {
            return Optional.empty();
        }
        Lease lease = new Lease(epochs, time, rules, epoch, operationId, before);
        lease.start(clockwork);
        try {
            epochs.removeOld(epoch);
        } catch (IOException e) {
            log.debug("old leases not removed, the next holder will: {}", e.getMessage());
        }
        return Optional.of(lease);
    }

    private Holder.State stateOf(long epoch, Claim claim) throws IOException {
        if (claim.host().equals(host) && ThisProcess.isGone(claim.pid(), claim.processStart())) {
            return Holder.State.DEAD;
        }
        Instant now = documents.now();
        return epochs.lastSign(epoch)
                .filter(sign -> Duration.between(sign, now).compareTo(rules.fresh()) < 0)
                .map(fresh -> Holder.State.BEATS)
                .orElse(Holder.State.UNKNOWN);
    }

    private static BackupException.Busy busy(Duration waited, @Nullable Holder holder) {
        return holder == null
                ? new BackupException.Busy(
                        "others took the repository's lease for " + waited.toSeconds() + " s; try again", null)
                : new BackupException.Busy(
                        "operation " + holder.operationId() + " on " + holder.host() + " still runs after "
                                + waited.toSeconds() + " s; try again when it has ended",
                        holder.operationId());
    }
}
