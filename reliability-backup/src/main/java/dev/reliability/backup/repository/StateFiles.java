package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Checksum;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.backup.repository.Finding.Kind;
import dev.reliability.backup.stream.DamagedException;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.backup.BackupId;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.OperationStatus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files under {@code .repository/}, a rule for each kind: whether its bytes are those that were written, whether it
 * is the file of its own name, and whether what it tells of is there.
 */
final class StateFiles {
    private static final String FIRE_TIME = "([0-9]{8}_[0-9]{4})";
    private static final String ID = "([0-9]{8}_[0-9]{6}(?:_[0-9]+)?)";
    private static final String OPERATION = "(op_[0-9]{8}_[0-9]{6}_[0-9a-f]{6})";
    private static final String KEYSET = "([0-9a-f]{16})";
    private static final String EPOCH = "([0-9]{12})";

    private final Documents documents;
    private final Manifests manifests;
    private final Journals journals;
    private final Facts facts;
    private final TrashLists lists;
    private final Map<Pattern, Rule> rules = new LinkedHashMap<>();

    StateFiles(Documents documents, Manifests manifests, Journals journals, Facts facts) {
        this.documents = documents;
        this.manifests = manifests;
        this.journals = journals;
        this.facts = facts;
        this.lists = new TrashLists(documents);
        rule("format\\.json", this::format);
        // Rewritten all the time, and empty.
        rule("clock", (key, name, each) -> {});
        rule("lease/" + EPOCH, this::lease);
        rule("lease/" + EPOCH + "\\.beat", this::beat);
        rule("ids/" + ID, this::id);
        rule("operations/" + OPERATION + "\\.json", this::operation);
        rule("operations/" + OPERATION + "\\.backup", this::claim);
        rule("operations/" + OPERATION + "\\.cancel", this::cancel);
        rule("journal/" + OPERATION + "(?:\\.[0-9]{12})?\\.json", this::journal);
        rule("deletions/" + ID, (key, id, each) -> json(key, each, (note, bytes) -> type(note)));
        rule("facts/" + ID + "/(?:" + Facts.VERIFIED + "|" + Facts.COPIED + ")-[0-9_]+\\.json", this::fact);
        rule("keysets/" + KEYSET + "\\.json", this::keyset);
        // Encrypted, and empty: only an identity can tell.
        rule("keysets/" + KEYSET + "\\.canary\\.age", this::canary);
        rule("keysets/" + KEYSET + "\\.checked", this::canary);
        rule("schedule/" + FIRE_TIME, (key, time, each) -> fireTime(Layout.SCHEDULE, key, each));
        rule("verify-schedule/" + FIRE_TIME, (key, time, each) -> fireTime(Layout.VERIFY_SCHEDULE, key, each));
        rule("trash/" + EPOCH + "\\.jsonl", this::trashList);
        rule("trash/" + EPOCH + "\\.done", this::trashDone);
    }

    /** What one kind of file must be. */
    @FunctionalInterface
    private interface Rule {
        /** @param name what the key tells: the id, the operation, the epoch */
        void check(String key, String name, Consumer<Finding> each) throws IOException;
    }

    /** What a JSON document whose bytes are whole must say. */
    @FunctionalInterface
    private interface Content {
        void check(JsonObject json, byte[] bytes) throws IOException;
    }

    /** Checks a file; false if nobody of ours writes one of this name. */
    boolean check(String key, Consumer<Finding> each) throws IOException {
        for (Map.Entry<Pattern, Rule> rule : rules.entrySet()) {
            Matcher matcher = rule.getKey().matcher(key);
            if (matcher.matches()) {
                String name = matcher.groupCount() == 0 ? "" : Objects.requireNonNull(matcher.group(1));
                rule.getValue().check(key, name, each);
                return true;
            }
        }
        return false;
    }

    private void rule(String name, Rule rule) {
        rules.put(Pattern.compile(Pattern.quote(Layout.STATE) + name), rule);
    }

    private void format(String key, String name, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            long format = json.number("format");
            if (format != Repository.FORMAT) {
                each.accept(new Finding(Kind.UNKNOWN_FORMAT, key, "it says format " + format));
            }
        });
    }

    private void lease(String key, String epoch, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            json.text("operation");
            json.text("host");
            json.number("pid");
            json.instant("process_started_at");
            json.text("token");
            same(key, json.number("epoch"), Long.parseLong(epoch), "epoch", each);
        });
    }

    private void beat(String key, String epoch, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            json.number("beat");
            json.flag("released");
            if (same(key, json.number("epoch"), Long.parseLong(epoch), "epoch", each)) {
                require(Layout.lease(Long.parseLong(epoch)), "its beat is there", each);
            }
        });
    }

    private void id(String key, String id, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            same(key, json.text("id"), id, "backup", each);
            json.text("operation");
            type(json);
        });
    }

    private void operation(String key, String operation, Consumer<Finding> each) throws IOException {
        document(key, each, (json, bytes) -> {
            OperationStatus status = OperationRecord.parse(bytes).status();
            if (!same(key, status.id(), operation, "operation", each)) {
                return;
            }
            String backup = status.backupId();
            if (status.kind() == OperationStatus.Kind.CREATE && backup != null) {
                require(Layout.claim(operation), "operation " + operation + " makes backup " + backup, each);
            }
            if (status.kind() == OperationStatus.Kind.VERIFY && backup != null && found(status)) {
                requireFact(backup, operation, "verified", facts::knowsVerification, each);
            }
            if (status.kind() == OperationStatus.Kind.COPY
                    && backup != null
                    && status.status() == OperationStatus.Status.COMPLETED) {
                requireFact(backup, operation, "copied", facts::knowsCopy, each);
            }
        });
    }

    private static boolean found(OperationStatus status) {
        return status.status() == OperationStatus.Status.COMPLETED || "damaged".equals(status.error());
    }

    /** Whether a fact tells what an operation did with a backup. */
    private interface Knowledge {
        boolean knows(String backup, String operation) throws IOException;
    }

    private void requireFact(String backup, String operation, String did, Knowledge facts, Consumer<Finding> each)
            throws IOException {
        if (manifests.placeOf(backup).isPresent() && !facts.knows(backup, operation)) {
            each.accept(new Finding(
                    Kind.MISSING,
                    Layout.facts(backup),
                    "operation " + operation + " " + did + " it, and no fact says so"));
        }
    }

    private void claim(String key, String operation, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            String id = json.text("id");
            if (!BackupId.isValid(id)) {
                throw json.fault("id", "is not the id of a backup");
            }
            type(json);
            if (same(key, json.text("operation"), operation, "operation", each)) {
                require(Layout.id(id), "operation " + operation + " claimed it", each);
                require(Layout.operation(operation), "the operation has claimed an id", each);
            }
        });
    }

    private void cancel(String key, String operation, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            json.text("requested_by");
            json.instant("requested_at");
            same(key, json.text("operation"), operation, "operation", each);
        });
    }

    private void fireTime(String schedule, String key, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            json.text("host");
            json.number("pid");
            json.text("token");
            same(key, Layout.fireTime(schedule, json.instant("fire_time")), key, "fire time", each);
        });
    }

    private void journal(String key, String operation, Consumer<Finding> each) throws IOException {
        try {
            journals.check(operation, key);
        } catch (BackupException.Damaged e) {
            each.accept(new Finding(Kind.DAMAGED, key, String.valueOf(e.getMessage())));
        }
    }

    private void fact(String key, String id, Consumer<Finding> each) throws IOException {
        FactSeries.Place place = FactSeries.placeOf(key).orElse(null);
        if (place == null) {
            each.accept(new Finding(Kind.FOREIGN, key, "no fact has such a name"));
            return;
        }
        FactSeries.Reading<?> reading = facts.read(place);
        if (reading.fault() != null) {
            each.accept(new Finding(reading.fault().kind(), key, reading.fault().words()));
        }
        if (reading.previous() != null && BackupId.isValid(reading.previous())) {
            require(Layout.fact(id, place.kind(), reading.previous()), "the fact after it names it", each);
        }
    }

    private void keyset(String key, String keyset, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            json.texts("recipients");
            json.text("canary_sha256");
            require(Layout.canary(keyset), "the keyset names it", each);
        });
    }

    private void canary(String key, String keyset, Consumer<Finding> each) throws IOException {
        require(Layout.keyset(keyset), "its canary is there", each);
    }

    private void trashList(String key, String epoch, Consumer<Finding> each) throws IOException {
        try {
            lists.read(Long.parseLong(epoch), trash -> {});
        } catch (DamagedException e) {
            each.accept(new Finding(Kind.DAMAGED, key, String.valueOf(e.getMessage())));
        }
    }

    private void trashDone(String key, String epoch, Consumer<Finding> each) throws IOException {
        json(key, each, (json, bytes) -> {
            json.number("epoch");
            if (same(key, json.number("list"), Long.parseLong(epoch), "epoch", each)) {
                require(Layout.trash(Long.parseLong(epoch)), "it is noted that all in it was deleted", each);
            }
        });
    }

    /** A document with these fields and no others: in the place of one of ours a manifest could have them all. */
    private void json(String key, Consumer<Finding> each, Content content) throws IOException {
        document(key, each, (json, bytes) -> {
            content.check(json, bytes);
            json.text("sha256");
            json.end();
        });
    }

    private void document(String key, Consumer<Finding> each, Content content) throws IOException {
        byte @Nullable [] bytes = documents.read(key).orElse(null);
        if (bytes == null) {
            return;
        }
        String fault = Checksum.faultOf(bytes);
        if (fault != null) {
            each.accept(new Finding(Kind.DAMAGED, key, fault));
            return;
        }
        try {
            content.check(JsonObject.parse(bytes), bytes);
        } catch (JsonFault e) {
            each.accept(
                    new Finding(Kind.UNKNOWN_FORMAT, key, "every byte is as it was written, and " + e.getMessage()));
        }
    }

    private static void type(JsonObject json) throws JsonFault {
        if (BackupType.of(json.text("type")).isEmpty()) {
            throw json.fault("type", "is not a type of backups");
        }
    }

    private static boolean same(String key, Object told, Object own, String what, Consumer<Finding> each) {
        boolean same = told.equals(own);
        if (!same) {
            each.accept(new Finding(Kind.CONTRADICTORY, key, "it is the file of " + what + " " + told));
        }
        return same;
    }

    private void require(String key, String why, Consumer<Finding> each) throws IOException {
        if (documents.store().head(key).isEmpty()) {
            each.accept(new Finding(Kind.MISSING, key, why));
        }
    }
}
