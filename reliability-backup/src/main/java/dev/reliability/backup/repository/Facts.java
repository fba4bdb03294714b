package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.Seal;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.VerifyLevel;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was learned of backups after they were made: a sealed file for each time that one was verified. It names the
 * one before it, so that none can be taken out of the middle unseen. One that can not be trusted never counts. Safe for
 * use by any thread.
 */
public final class Facts {
    private static final int FORMAT = 1;
    private static final String VERIFIED = "verified";
    private static final Pattern KEY =
            Pattern.compile(Pattern.quote(Layout.FACTS) + "([0-9_]+)/verified-([0-9_]+)\\.json");
    private static final Comparator<String> OLDEST_FIRST = Comparator.comparing(
                    (String time) -> BackupId.momentOf(time).orElse(Instant.EPOCH))
            .thenComparing(String::length)
            .thenComparing(Comparator.naturalOrder());

    private final Documents documents;
    private final Seal seal;
    private final ReadCache<Reading> cache = new ReadCache<>(10_000);

    Facts(Documents documents, SigningKeys keys) {
        this.documents = documents;
        this.seal = new Seal(keys);
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

    /** Where a fact lies. */
    record Place(String backupId, String time) {
        String key() {
            return Layout.verified(backupId, time);
        }
    }

    /**
     * What lies in the place of a fact.
     *
     * @param verified null if it can not be trusted
     * @param previous the time of the fact before it; null if it is the first
     * @param fault what is wrong with it, null if nothing is
     */
    record Reading(
            @Nullable Verified verified,
            @Nullable String previous,
            @Nullable Fault fault) {}

    /** What is wrong with a fact. */
    record Fault(Finding.Kind kind, String words) {}

    /** Puts on record how a verification ended, at this second by the repository's clock. */
    public void add(Lease lease, Verified verified) throws IOException {
        List<String> before = timesOf(verified.backupId());
        String previous = before.isEmpty() ? null : before.get(before.size() - 1);
        Instant now = documents.now();
        lease.confirm();
        for (int ordinal = 1; ; ordinal++) {
            Place place = new Place(verified.backupId(), BackupId.of(now, ordinal));
            if (documents.create(place.key(), write(place, verified, previous))) {
                return;
            }
        }
    }

    /** When this backup was last found to be whole; empty if never. */
    public Optional<Instant> wholeAt(String backupId) throws IOException {
        return Optional.ofNullable(
                wholeAt(documents.list(Layout.facts(backupId))).get(backupId));
    }

    /** When each backup was last found to be whole, by id; without those that never were. */
    Map<String, Instant> wholeAt() throws IOException {
        return wholeAt(documents.list(Layout.FACTS));
    }

    /** When each of these backups was last found to be whole, by id; without those that never were. */
    Map<String, Instant> wholeAt(Set<String> backupIds) throws IOException {
        return wholeAt(documents.list(Layout.FACTS).stream()
                .filter(file -> placeOf(file.key())
                        .filter(place -> backupIds.contains(place.backupId()))
                        .isPresent())
                .toList());
    }

    private Map<String, Instant> wholeAt(List<ObjectInfo> files) throws IOException {
        Map<String, TreeMap<String, ObjectInfo>> newestFirst = new HashMap<>();
        for (ObjectInfo file : files) {
            placeOf(file.key())
                    .ifPresent(place -> newestFirst
                            .computeIfAbsent(place.backupId(), id -> new TreeMap<>(OLDEST_FIRST.reversed()))
                            .put(place.time(), file));
        }
        readAll(newestFirst.values().stream()
                .map(facts -> facts.firstEntry().getValue())
                .toList());
        Map<String, Instant> wholeAt = new HashMap<>();
        for (Map.Entry<String, TreeMap<String, ObjectInfo>> backup : newestFirst.entrySet()) {
            for (Map.Entry<String, ObjectInfo> fact : backup.getValue().entrySet()) {
                Verified verified = read(new Place(backup.getKey(), fact.getKey()), fact.getValue())
                        .verified();
                if (verified != null && verified.whole()) {
                    BackupId.momentOf(fact.getKey()).ifPresent(moment -> wholeAt.put(backup.getKey(), moment));
                    break;
                }
            }
        }
        return wholeAt;
    }

    /** The newest fact of each backup: most need no other, so these are read many at a time, and remembered. */
    private void readAll(List<ObjectInfo> newest) throws IOException {
        cache.all(newest, file -> file, file -> {
            Optional<Place> place = placeOf(file.key());
            return place.isEmpty() ? Optional.empty() : Optional.of(read(place.get()));
        });
    }

    /** Whether a fact tells what this operation found out of this backup; one that can not be read may be it. */
    boolean knows(String backupId, String operation) throws IOException {
        for (String time : timesOf(backupId)) {
            Verified verified = read(new Place(backupId, time)).verified();
            if (verified == null || verified.operation().equals(operation)) {
                return true;
            }
        }
        return false;
    }

    /** Where the fact of this key lies; empty if the key is not a fact's. */
    static Optional<Place> placeOf(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() && BackupId.isValid(matcher.group(1)) && BackupId.isValid(matcher.group(2))
                ? Optional.of(new Place(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** Reads a fact; what is wrong with it is in the answer. */
    Reading read(Place place) throws IOException {
        return documents
                .read(place.key())
                .map(document -> parse(place, document))
                .orElse(new Reading(null, null, new Fault(Finding.Kind.MISSING, "it was there a moment ago")));
    }

    private Reading read(Place place, ObjectInfo file) throws IOException {
        Optional<Reading> known = cache.get(file);
        if (known.isPresent()) {
            return known.get();
        }
        Reading reading = read(place);
        cache.put(file, reading);
        return reading;
    }

    /** The times of a backup's facts, oldest first. */
    private List<String> timesOf(String backupId) throws IOException {
        List<String> times = new ArrayList<>();
        for (ObjectInfo file : documents.list(Layout.facts(backupId))) {
            placeOf(file.key()).ifPresent(place -> times.add(place.time()));
        }
        times.sort(OLDEST_FIRST);
        return times;
    }

    private byte[] write(Place place, Verified verified, @Nullable String previous) {
        return seal.close(Json.openDocument(out -> {
            out.writeNumberField("fact", FORMAT);
            Json.text(out, "kind", VERIFIED);
            Json.text(out, "backup", place.backupId());
            Json.text(out, "time", place.time());
            Json.text(out, "previous", previous);
            out.writeNumberField("level", verified.level().number());
            Json.text(out, "outcome", verified.whole() ? "whole" : "damaged");
            out.writeNumberField("findings", verified.findings());
            Json.text(out, "operation", verified.operation());
            Json.text(out, "requested_by", verified.requestedBy());
        }));
    }

    private Reading parse(Place place, byte[] document) {
        Seal.Proof proof = seal.check(document);
        if (proof instanceof Seal.Proof.Broken broken) {
            return fault(Finding.Kind.DAMAGED, broken.reason());
        }
        if (proof instanceof Seal.Proof.Stranger stranger) {
            return fault(Finding.Kind.UNTRUSTED, stranger.reason());
        }
        try {
            JsonObject json = JsonObject.parse(document);
            Optional<VerifyLevel> level = VerifyLevel.of(Long.toString(json.number("level")));
            if (json.number("fact") != FORMAT || !json.text("kind").equals(VERIFIED) || level.isEmpty()) {
                return fault(Finding.Kind.UNKNOWN_FORMAT, "it is no fact that this version knows");
            }
            Place own = new Place(json.text("backup"), json.text("time"));
            if (!own.equals(place)) {
                return fault(
                        Finding.Kind.CONTRADICTORY, "it is the fact of backup " + own.backupId() + " of " + own.time());
            }
            Verified verified = new Verified(
                    place.backupId(),
                    level.get(),
                    json.count("findings"),
                    json.text("operation"),
                    json.text("requested_by"));
            return new Reading(verified, json.textOrNull("previous"), null);
        } catch (JsonFault e) {
            return fault(Finding.Kind.UNKNOWN_FORMAT, e.getMessage());
        }
    }

    private static Reading fault(Finding.Kind kind, String words) {
        return new Reading(null, null, new Fault(kind, words));
    }
}
