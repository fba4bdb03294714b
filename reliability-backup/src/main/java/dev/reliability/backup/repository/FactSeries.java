package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.Seal;
import dev.reliability.core.backup.BackupId;
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
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one kind: a sealed file for each time that something was learned of a backup. It names the one before
 * it, so that none can be taken out of the middle unseen. One that can not be trusted never counts. Safe for use by any
 * thread.
 */
final class FactSeries<T> {
    private static final int FORMAT = 1;
    private static final Pattern KEY =
            Pattern.compile(Pattern.quote(Layout.FACTS) + "([0-9_]+)/([a-z]+)-([0-9_]+)\\.json");
    private static final Comparator<String> OLDEST_FIRST = Comparator.comparing(
                    (String time) -> BackupId.momentOf(time).orElse(Instant.EPOCH))
            .thenComparing(String::length)
            .thenComparing(Comparator.naturalOrder());

    private final Documents documents;
    private final Seal seal;
    private final String kind;
    private final Content<T> content;
    private final ReadCache<Reading<T>> cache = new ReadCache<>(10_000);

    /**
     * @param kind stands in the names of the files
     * @param content reads what a fact of this kind says besides
     */
    FactSeries(Documents documents, Seal seal, String kind, Content<T> content) {
        this.documents = documents;
        this.seal = seal;
        this.kind = kind;
        this.content = content;
    }

    /** Reads what is special to a kind. */
    @FunctionalInterface
    interface Content<T> {
        T read(String backupId, JsonObject json) throws JsonFault;
    }

    /** Where a fact lies. */
    record Place(String backupId, String kind, String time) {
        String key() {
            return Layout.fact(backupId, kind, time);
        }
    }

    /**
     * What lies in the place of a fact.
     *
     * @param fact null if it can not be trusted
     * @param previous the time of the fact before it; null if it is the first
     * @param fault what is wrong with it, null if nothing is
     */
    record Reading<T>(
            @Nullable T fact,
            @Nullable String previous,
            @Nullable Fault fault) {}

    /** What is wrong with a fact. */
    record Fault(Finding.Kind kind, String words) {}

    /** Where the fact of this key lies, of any kind; empty if the key is not a fact's. */
    static Optional<Place> placeOf(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() && BackupId.isValid(matcher.group(1)) && BackupId.isValid(matcher.group(3))
                ? Optional.of(new Place(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    /** Puts a fact on record, at this second by the repository's clock. */
    void add(Lease lease, String backupId, Json.Fields fields) throws IOException {
        List<String> before = timesOf(backupId);
        String previous = before.isEmpty() ? null : before.get(before.size() - 1);
        Instant now = documents.now();
        lease.confirm();
        for (int ordinal = 1; ; ordinal++) {
            Place place = new Place(backupId, kind, BackupId.of(now, ordinal));
            if (documents.create(place.key(), write(place, previous, fields))) {
                return;
            }
        }
    }

    /** Is shown facts of a backup, newest first; of a kind, and to be trusted. */
    @FunctionalInterface
    interface Visitor<T> {
        /** Whether it wants to see the one before. */
        boolean wantsMoreThan(String backupId, Instant at, T fact);
    }

    /** When the newest fact of each backup is from that is as asked for, by id; without those that have none. */
    Map<String, Instant> newest(Predicate<T> asked) throws IOException {
        Map<String, Instant> newest = new HashMap<>();
        visit((backupId, at, fact) -> {
            boolean found = asked.test(fact);
            if (found) {
                newest.put(backupId, at);
            }
            return !found;
        });
        return newest;
    }

    /** Shows the facts of this backup. */
    void visit(String backupId, Visitor<T> visitor) throws IOException {
        visit(documents.list(Layout.facts(backupId)), visitor);
    }

    /** Shows those of these backups. */
    void visit(Set<String> backupIds, Visitor<T> visitor) throws IOException {
        visit(
                documents.list(Layout.FACTS).stream()
                        .filter(file -> placeOf(file.key())
                                .filter(place -> backupIds.contains(place.backupId()))
                                .isPresent())
                        .toList(),
                visitor);
    }

    /** Shows those of all backups. */
    void visit(Visitor<T> visitor) throws IOException {
        visit(documents.list(Layout.FACTS), visitor);
    }

    private void visit(List<ObjectInfo> files, Visitor<T> visitor) throws IOException {
        Map<String, TreeMap<String, ObjectInfo>> newestFirst = new HashMap<>();
        for (ObjectInfo file : files) {
            placeOf(file.key())
                    .filter(place -> place.kind().equals(kind))
                    .ifPresent(place -> newestFirst
                            .computeIfAbsent(place.backupId(), id -> new TreeMap<>(OLDEST_FIRST.reversed()))
                            .put(place.time(), file));
        }
        readAll(newestFirst.values().stream()
                .map(facts -> facts.firstEntry().getValue())
                .toList());
        for (Map.Entry<String, TreeMap<String, ObjectInfo>> backup : newestFirst.entrySet()) {
            for (Map.Entry<String, ObjectInfo> file : backup.getValue().entrySet()) {
                T fact = read(new Place(backup.getKey(), kind, file.getKey()), file.getValue())
                        .fact();
                Instant at = BackupId.momentOf(file.getKey()).orElse(null);
                if (fact != null && at != null && !visitor.wantsMoreThan(backup.getKey(), at, fact)) {
                    break;
                }
            }
        }
    }

    /** The newest fact of each backup: most need no other, so these are read many at a time, and remembered. */
    private void readAll(List<ObjectInfo> newest) throws IOException {
        cache.all(newest, file -> file, file -> {
            Optional<Place> place = placeOf(file.key());
            return place.isEmpty() ? Optional.empty() : Optional.of(read(place.get()));
        });
    }

    /** Whether a fact of this backup is as asked for; one that can not be read may be it. */
    boolean mayHave(String backupId, Predicate<T> asked) throws IOException {
        for (String time : timesOf(backupId)) {
            T fact = read(new Place(backupId, kind, time)).fact();
            if (fact == null || asked.test(fact)) {
                return true;
            }
        }
        return false;
    }

    /** Reads a fact of this kind; what is wrong with it is in the answer. */
    Reading<T> read(Place place) throws IOException {
        return documents
                .read(place.key())
                .map(document -> parse(place, document))
                .orElse(fault(Finding.Kind.MISSING, "it was there a moment ago"));
    }

    private Reading<T> read(Place place, ObjectInfo file) throws IOException {
        Optional<Reading<T>> known = cache.get(file);
        if (known.isPresent()) {
            return known.get();
        }
        Reading<T> reading = read(place);
        cache.put(file, reading);
        return reading;
    }

    /** The times of a backup's facts of this kind, oldest first. */
    private List<String> timesOf(String backupId) throws IOException {
        List<String> times = new ArrayList<>();
        for (ObjectInfo file : documents.list(Layout.facts(backupId))) {
            placeOf(file.key()).filter(place -> place.kind().equals(kind)).ifPresent(place -> times.add(place.time()));
        }
        times.sort(OLDEST_FIRST);
        return times;
    }

    private byte[] write(Place place, @Nullable String previous, Json.Fields fields) {
        return seal.close(Json.openDocument(out -> {
            out.writeNumberField("fact", FORMAT);
            Json.text(out, "kind", kind);
            Json.text(out, "backup", place.backupId());
            Json.text(out, "time", place.time());
            Json.text(out, "previous", previous);
            fields.writeTo(out);
        }));
    }

    private Reading<T> parse(Place place, byte[] document) {
        Seal.Proof proof = seal.check(document);
        if (proof instanceof Seal.Proof.Broken broken) {
            return fault(Finding.Kind.DAMAGED, broken.reason());
        }
        if (proof instanceof Seal.Proof.Stranger stranger) {
            return fault(Finding.Kind.UNTRUSTED, stranger.reason());
        }
        try {
            JsonObject json = JsonObject.parse(document);
            String told = json.text("kind");
            if (json.number("fact") != FORMAT) {
                return fault(Finding.Kind.UNKNOWN_FORMAT, "it is no fact that this version knows");
            }
            Place own = new Place(json.text("backup"), told, json.text("time"));
            if (!own.equals(place)) {
                return fault(
                        Finding.Kind.CONTRADICTORY,
                        "it is the fact " + told + " of backup " + own.backupId() + " of " + own.time());
            }
            String previous = json.textOrNull("previous");
            return new Reading<>(content.read(place.backupId(), json), previous, null);
        } catch (JsonFault e) {
            return fault(Finding.Kind.UNKNOWN_FORMAT, e.getMessage());
        }
    }

    private static <T> Reading<T> fault(Finding.Kind kind, String words) {
        return new Reading<>(null, null, new Fault(kind, words));
    }
}
