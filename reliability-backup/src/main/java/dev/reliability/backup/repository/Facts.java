package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.Seal;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.VerifyLevel;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was learned of backups after they were made: how verifications of them ended, and where they were copied to. What
 * can not be trusted never counts. Safe for use by any thread.
 */
public final class Facts {
    static final String VERIFIED = "verified";
    static final String COPIED = "copied";

    private final FactSeries<Verified> verified;
    private final FactSeries<Copied> copied;

    Facts(Documents documents, SigningKeys keys) {
        Seal seal = new Seal(keys);
        this.verified = new FactSeries<>(documents, seal, VERIFIED, Facts::readVerified);
        this.copied = new FactSeries<>(documents, seal, COPIED, Facts::readCopied);
    }

    /**
     * A backup was verified.
     *
     * @param backupId which
     * @param level how far
     * @param findings how many files are not as they should be; none if it is whole
     * @param operation which one found out
     * @param requestedBy for whom
     */
    public record Verified(String backupId, VerifyLevel level, long findings, String operation, String requestedBy) {
        /** Whether nothing was wrong. */
        public boolean whole() {
            return findings == 0;
        }
    }

    /**
     * A backup was copied into another store, and every byte there compared.
     *
     * @param backupId which
     * @param destination the location of the store
     * @param operation which one did it
     * @param requestedBy for whom
     */
    public record Copied(String backupId, String destination, String operation, String requestedBy) {}

    /** Puts on record how a verification ended, at this second by the repository's clock. */
    public void add(Lease lease, Verified fact) throws IOException {
        verified.add(lease, fact.backupId(), out -> {
            out.writeNumberField("level", fact.level().number());
            Json.text(out, "outcome", fact.whole() ? "whole" : "damaged");
            out.writeNumberField("findings", fact.findings());
            Json.text(out, "operation", fact.operation());
            Json.text(out, "requested_by", fact.requestedBy());
        });
    }

    /** Puts on record that a backup is in another store as well. */
    public void add(Lease lease, Copied fact) throws IOException {
        copied.add(lease, fact.backupId(), out -> {
            Json.text(out, "to", fact.destination());
            Json.text(out, "operation", fact.operation());
            Json.text(out, "requested_by", fact.requestedBy());
        });
    }

    private static Verified readVerified(String backupId, JsonObject json) throws JsonFault {
        VerifyLevel level = VerifyLevel.of(Long.toString(json.number("level")))
                .orElseThrow(() -> json.fault("level", "is not one that this version knows"));
        return new Verified(backupId, level, json.count("findings"), json.text("operation"), json.text("requested_by"));
    }

    private static Copied readCopied(String backupId, JsonObject json) throws JsonFault {
        return new Copied(backupId, json.text("to"), json.text("operation"), json.text("requested_by"));
    }

    /**
     * What is known for certain of a backup.
     *
     * @param level the highest by which it was ever found to be whole
     * @param at when that was last
     */
    public record Proof(VerifyLevel level, Instant at) {}

    /** What was proved of this backup; empty if it was never found to be whole. */
    public Optional<Proof> proof(String backupId) throws IOException {
        Proofs proofs = new Proofs();
        verified.visit(backupId, proofs);
        return Optional.ofNullable(proofs.best.get(backupId));
    }

    /** What was proved of each backup, by id; without those that were never found to be whole. */
    public Map<String, Proof> proofs() throws IOException {
        Proofs proofs = new Proofs();
        verified.visit(proofs);
        return proofs.best;
    }

    /** The same of these backups. */
    Map<String, Proof> proofs(Set<String> backupIds) throws IOException {
        Proofs proofs = new Proofs();
        verified.visit(backupIds, proofs);
        return proofs.best;
    }

    /**
     * What the verifications of all backups say together.
     *
     * @param proofs as {@link #proofs()}
     * @param damaged the backups that were found not to be whole, and not found whole by the same level or a higher one since
     */
    public record Standing(Map<String, Proof> proofs, Set<String> damaged) {}

    /** How all backups stand, by what was verified. */
    public Standing standing() throws IOException {
        Proofs proofs = new Proofs();
        Doubts doubts = new Doubts();
        verified.visit((backupId, at, fact) -> {
            boolean moreForProofs = proofs.wantsMoreThan(backupId, at, fact);
            boolean moreForDoubts = doubts.wantsMoreThan(backupId, at, fact);
            return moreForProofs || moreForDoubts;
        });
        return new Standing(proofs.best, doubts.damaged);
    }

    /** Collects the best of each backup: of facts that are shown newest first, the first of the highest level. */
    private static final class Proofs implements FactSeries.Visitor<Verified> {
        private static final VerifyLevel HIGHEST = Collections.max(EnumSet.allOf(VerifyLevel.class));

        private final Map<String, Proof> best = new HashMap<>();

        @Override
        public boolean wantsMoreThan(String backupId, Instant at, Verified fact) {
            Proof known = best.get(backupId);
            if (fact.whole() && (known == null || known.level().compareTo(fact.level()) < 0)) {
                best.put(backupId, new Proof(fact.level(), at));
            }
            return !(fact.whole() && fact.level() == HIGHEST);
        }
    }

    private static final class Doubts implements FactSeries.Visitor<Verified> {
        private final Map<String, VerifyLevel> wholeSince = new HashMap<>();
        private final Set<String> damaged = new HashSet<>();

        @Override
        public boolean wantsMoreThan(String backupId, Instant at, Verified fact) {
            VerifyLevel whole = wholeSince.get(backupId);
            if (whole != null && whole.compareTo(fact.level()) >= 0) {
                return true;
            }
            if (!fact.whole()) {
                damaged.add(backupId);
                return false;
            }
            wholeSince.put(backupId, fact.level());
            return fact.level() != Proofs.HIGHEST;
        }
    }

    /** When each backup was last copied to this destination, by id; without those that never were. */
    public Map<String, Instant> copiedAt(String destination) throws IOException {
        return copied.newest(fact -> fact.destination().equals(destination));
    }

    /** Whether a fact tells what this operation found out of this backup; one that can not be read may be it. */
    boolean knowsVerification(String backupId, String operation) throws IOException {
        return verified.mayHave(backupId, fact -> fact.operation().equals(operation));
    }

    /** The same of a copy. */
    boolean knowsCopy(String backupId, String operation) throws IOException {
        return copied.mayHave(backupId, fact -> fact.operation().equals(operation));
    }

    /** Reads a fact of either kind; what is wrong with it is in the answer. */
    FactSeries.Reading<?> read(FactSeries.Place place) throws IOException {
        return place.kind().equals(COPIED) ? copied.read(place) : verified.read(place);
    }
}
