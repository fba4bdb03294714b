package dev.reliability.backup.repository;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.manifest.Seal;
import dev.reliability.backup.manifest.SigningKeys;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What restores have done, step by step, so that somebody else can finish or undo them. Safe for use by any thread.
 *
 * <p>Each holder of the lease writes a file of its own: one that stood still and goes on can not overwrite what its
 * successor has noted. Journals are sealed as manifests are, since whoever takes over acts by them.
 */
public final class Journals {
    private static final int FORMAT = 1;
    /** The first owner's name has no epoch in it. */
    private static final Comparator<String> OWNERS =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private final Documents documents;
    private final Seal seal;
    private final TimeSource time;

    Journals(Documents documents, SigningKeys keys, TimeSource time) {
        this.documents = documents;
        this.seal = new Seal(keys);
        this.time = time;
    }

    /**
     * One thing that was done or is about to be.
     *
     * @param name what, such as {@code created_database}
     * @param at when, by the wall clock of its host
     * @param facts what is needed to finish or undo it
     */
    public record Step(String name, Instant at, Map<String, String> facts) {
        public Step {
            facts = Collections.unmodifiableMap(new TreeMap<>(facts));
        }
    }

    /**
     * A journal as it was read.
     *
     * @param operationId whose
     * @param closed whether nothing is left to finish
     * @param steps in the order in which they were appended
     */
    public record Entry(String operationId, boolean closed, List<Step> steps) {
        public Entry {
            steps = List.copyOf(steps);
        }

        /** The facts of each step by its name; of several the last. */
        public Map<String, Map<String, String>> facts() {
            Map<String, Map<String, String>> facts = new HashMap<>();
            steps.forEach(step -> facts.put(step.name(), step.facts()));
            return facts;
        }
    }

    /**
     * The journal of this operation, for its owner or whoever took over: the old steps, and more to come.
     *
     * @throws BackupException.Damaged as {@link #read}
     */
    public Journal open(Lease lease, String operationId) throws IOException {
        boolean first = operationId.equals(lease.operationId());
        String own = first ? Layout.journal(operationId) : Layout.journal(operationId, lease.epoch());
        List<Step> before = new ArrayList<>();
        List<Step> ours = new ArrayList<>();
        for (String key : keysOf(operationId)) {
            Optional<byte[]> document = documents.read(key);
            if (document.isPresent()) {
                (key.equals(own) ? ours : before)
                        .addAll(parse(operationId, key, document.get()).steps());
            }
        }
        return new Journal(this, lease, operationId, own, before, ours);
    }

    /**
     * Reads a journal.
     *
     * @throws BackupException.Damaged if it is not what one of our keys signed: nothing may be done by it
     */
    public Optional<Entry> read(String operationId) throws IOException {
        if (!Layout.isOperation(operationId)) {
            return Optional.empty();
        }
        List<Step> steps = new ArrayList<>();
        Entry last = null;
        for (String key : keysOf(operationId)) {
            Optional<byte[]> document = documents.read(key);
            if (document.isPresent()) {
                last = parse(operationId, key, document.get());
                steps.addAll(last.steps());
            }
        }
        return Optional.ofNullable(last).map(entry -> new Entry(operationId, entry.closed(), steps));
    }

    /**
     * All journals that can be trusted, oldest first.
     *
     * @param damaged is told of each other one, as {@link #read} would throw it: what depends on it is left as it is,
     *     and nothing else
     */
    public List<Entry> list(Consumer<BackupException.Damaged> damaged) throws IOException {
        TreeSet<String> operationIds = new TreeSet<>();
        for (ObjectInfo file : documents.list(Layout.JOURNALS)) {
            Layout.operationOfJournal(file.key()).ifPresent(operationIds::add);
        }
        List<Entry> entries = new ArrayList<>();
        for (String operationId : operationIds) {
            try {
                read(operationId).ifPresent(entries::add);
            } catch (BackupException.Damaged e) {
                damaged.accept(e);
            }
        }
        return entries;
    }

    /**
     * Checks one file of a journal.
     *
     * @throws BackupException.Damaged as {@link #read}
     */
    void check(String operationId, String key) throws IOException {
        Optional<byte[]> document = documents.read(key);
        if (document.isPresent()) {
            parse(operationId, key, document.get());
        }
    }

    /** Removes the journal of an operation that can not be undone any more. */
    public void remove(Lease lease, String operationId) throws IOException {
        lease.requireHeld();
        for (String key : keysOf(operationId)) {
            documents.store().delete(key);
        }
    }

    Instant now() {
        return time.now();
    }

    void write(String key, String operationId, boolean closed, List<Step> steps) throws IOException {
        documents.write(key, seal.close(Json.openDocument(out -> {
            out.writeNumberField("journal", FORMAT);
            Json.text(out, "operation", operationId);
            out.writeBooleanField("closed", closed);
            out.writeArrayFieldStart("steps");
            for (Step step : steps) {
                Json.row(out, row -> write(step, row));
            }
            out.writeEndArray();
        })));
    }

    private static void write(Step step, JsonGenerator out) throws IOException {
        Json.text(out, "name", step.name());
        Json.text(out, "at", step.at());
        out.writeObjectFieldStart("facts");
        for (Map.Entry<String, String> fact : step.facts().entrySet()) {
            Json.text(out, fact.getKey(), fact.getValue());
        }
        out.writeEndObject();
    }

    private Entry parse(String operationId, String key, byte[] document) {
        Seal.Proof proof = seal.check(document);
        if (proof instanceof Seal.Proof.Broken broken) {
            throw damaged(key, broken.reason(), null);
        }
        if (proof instanceof Seal.Proof.Stranger stranger) {
            throw damaged(key, stranger.reason(), null);
        }
        try {
            JsonObject json = JsonObject.parse(document);
            if (json.number("journal") != FORMAT || !json.text("operation").equals(operationId)) {
                throw damaged(key, "it is not the journal of this operation in a format that is known", null);
            }
            List<Step> steps = new ArrayList<>();
            for (JsonObject step : json.objects("steps")) {
                steps.add(new Step(
                        step.text("name"),
                        step.instant("at"),
                        step.object("facts").remainingTexts()));
            }
            return new Entry(operationId, json.flag("closed"), steps);
        } catch (JsonFault e) {
            throw damaged(key, e.getMessage(), e);
        }
    }

    private BackupException.Damaged damaged(String key, String reason, @Nullable Throwable cause) {
        return new BackupException.Damaged(
                "the journal " + documents.store().location(key) + " can not be trusted: " + reason
                        + "; nothing is done by it; look at the database, then remove it",
                cause);
    }

    private List<String> keysOf(String operationId) throws IOException {
        String prefix = Layout.journalPrefix(operationId);
        return documents.list(prefix).stream()
                .map(ObjectInfo::key)
                .sorted(OWNERS)
                .toList();
    }
}
