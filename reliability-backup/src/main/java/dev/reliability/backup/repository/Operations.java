package dev.reliability.backup.repository;

import dev.reliability.backup.internal.JsonFault;
import dev.reliability.core.backup.BackupType;
import dev.reliability.core.backup.Caller;
import dev.reliability.core.backup.OperationStatus;
import dev.reliability.core.backup.OperationStatus.Status;
import dev.reliability.core.storage.ObjectInfo;
import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of what runs and ran. Safe for use by any thread. */
public final class Operations {
    private static final Logger log = LoggerFactory.getLogger(Operations.class);
    private static final Pattern KEY = Pattern.compile(Pattern.quote(Layout.OPERATIONS) + "(op_[0-9a-f_]+)\\.json");
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("'op_'uuuuMMdd_HHmmss'_'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Documents documents;
    private final TimeSource time;
    private final String host;
    private final SecureRandom random = new SecureRandom();
    private final ReadCache<OperationRecord> ended = new ReadCache<>(10_000);

    Operations(Documents documents, TimeSource time, String host) {
        this.documents = documents;
        this.time = time;
        this.host = host;
    }

    /**
     * Puts a new operation on record, running, in phase {@code waiting}, without a lease.
     *
     * @param backupId the backup that it uses; null for a new one
     * @param type of that backup, or of the one to be made; null if there is none
     */
    public RunningOperation start(
            OperationStatus.Kind kind, @Nullable BackupType type, @Nullable String backupId, Caller by)
            throws IOException {
        return start(kind, type, backupId, by, null);
    }

    /**
     * The same for a scheduled backup.
     *
     * @param scheduledFor its fire time; null if it is none
     */
    public RunningOperation start(
            OperationStatus.Kind kind,
            @Nullable BackupType type,
            @Nullable String backupId,
            Caller by,
            @Nullable Instant scheduledFor)
            throws IOException {
        while (true) {
            Instant now = time.now();
            OperationStatus status = new OperationStatus(
                    newId(now),
                    kind,
                    backupId,
                    Status.RUNNING,
                    "waiting",
                    0,
                    0,
                    "",
                    now,
                    null,
                    null,
                    host,
                    by.subject());
            OperationRecord record =
                    new OperationRecord(status, type, 0, ThisProcess.pid(), !cancellable(kind), scheduledFor);
            if (documents.create(Layout.operation(status.id()), record.toJson())) {
                return new RunningOperation(documents, time, record);
            }
        }
    }

    /** One operation; empty if unknown, also for a text that is not an id. */
    public Optional<OperationRecord> find(String operationId) throws IOException {
        return Layout.isOperation(operationId) ? read(Layout.operation(operationId)) : Optional.empty();
    }

    /**
     * How one operation is to be shown: as on record, but one whose process ended before it had a lease is not shown as
     * running for ever. With a lease only {@link Recovery} knows how it ended. Empty if unknown.
     */
    public Optional<OperationStatus> status(String operationId) throws IOException {
        Optional<OperationRecord> record = find(operationId);
        return record.isEmpty() || record.get().epoch() != 0
                ? record.map(OperationRecord::status)
                : Optional.of(judged(record.get()).status());
    }

    /**
     * One operation, failed if nobody rewrites its record any more, with a lease or without: right of what left nothing
     * else behind, such as a backup without a manifest.
     */
    Optional<OperationRecord> findLiving(String operationId) throws IOException {
        Optional<OperationRecord> record = find(operationId);
        return record.isEmpty() ? record : Optional.of(judged(record.get()));
    }

    private OperationRecord judged(OperationRecord record) throws IOException {
        if (record.status().status().ended()) {
            return record;
        }
        Optional<Instant> sign = lastSign(record);
        return sign.isEmpty() ? record : new Silence(documents).judge(record, sign.get());
    }

    /** All operations on record, newest first. */
    public List<OperationRecord> list() throws IOException {
        return list((record, lastSign) -> record);
    }

    /** All operations as {@link #findLiving} sees them, newest first. */
    List<OperationRecord> listLiving() throws IOException {
        return list(new Silence(documents)::judge);
    }

    private List<OperationRecord> list(BiFunction<OperationRecord, Instant, OperationRecord> view) throws IOException {
        List<OperationRecord> records = new ArrayList<>();
        for (ObjectInfo file : documents.list(Layout.OPERATIONS)) {
            if (isRecord(file.key())) {
                read(file)
                        .map(record -> view.apply(record, file.lastModified()))
                        .ifPresent(records::add);
            }
        }
        records.sort(
                Comparator.comparing((OperationRecord record) -> record.status().id())
                        .reversed());
        return records;
    }

    /**
     * Asks the owner of an operation to end it. The owner looks for that at each beat of its lease, and each second
     * while it waits for one.
     *
     * @return whether it was asked; false if it is too late by its record; empty if the operation is unknown
     */
    public Optional<Boolean> requestCancel(String operationId, Caller by) throws IOException {
        Optional<OperationRecord> found = find(operationId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        OperationRecord record = found.get();
        if (record.status().status().ended() || record.committed()) {
            return Optional.of(false);
        }
        CancelRequest request = new CancelRequest(operationId, by.subject(), time.now());
        // Whoever asked first is named; that the document is there is all that the second one wants.
        boolean first = documents.create(Layout.cancel(operationId), request.toJson());
        if (first) {
            log.debug("asked to be cancelled: operation={} by={}", operationId, by.subject());
        }
        return Optional.of(true);
    }

    /** A clean-up is short, and half of it is as good as none. */
    private static boolean cancellable(OperationStatus.Kind kind) {
        return kind != OperationStatus.Kind.CLEANUP;
    }

    /** The operation that makes, or made, the scheduled backup of this fire time; empty if none is on record. */
    public Optional<OperationRecord> findScheduled(Instant fireTime) throws IOException {
        return list().stream()
                .filter(record -> fireTime.equals(record.scheduledFor()))
                .findFirst();
    }

    /**
     * Forgets what ended before this moment. Records that still say that they run are left to {@link Recovery}, and those
     * by which alone a backup that failed is known go with it: retention decides on both by one clock.
     */
    public void removeEndedBefore(Instant moment) throws IOException {
        for (OperationRecord record : list()) {
            Instant finishedAt = record.status().finishedAt();
            if (record.status().status().ended()
                    && finishedAt != null
                    && finishedAt.isBefore(moment)
                    && !record.isBackupWithoutManifest()) {
                remove(record);
            }
        }
    }

    /** When a record was last written, by the store's clock. */
    Optional<Instant> lastSign(OperationRecord record) throws IOException {
        return documents.store().head(Layout.operation(record.status().id())).map(ObjectInfo::lastModified);
    }

    /** Ends the record of an operation whose process can not, or could not know better. */
    public void end(OperationRecord record, Recovery.Ending ending) throws IOException {
        OperationStatus was = record.status();
        OperationStatus status =
                RunningOperation.ended(was, ending.status(), ending.message(), ending.error(), time.now());
        documents.write(Layout.operation(was.id()), record.with(status).toJson());
    }

    /** Takes an operation that never had a lease off the record, as if nobody had asked for it; it is of no use then. */
    public void withdraw(RunningOperation operation) throws IOException {
        remove(operation.id());
    }

    void remove(OperationRecord record) throws IOException {
        remove(record.status().id());
    }

    private void remove(String operationId) throws IOException {
        documents.store().delete(Layout.cancel(operationId));
        documents.store().delete(Layout.claim(operationId));
        documents.store().delete(Layout.operation(operationId));
    }

    private Optional<OperationRecord> read(ObjectInfo file) throws IOException {
        Optional<OperationRecord> known = ended.get(file);
        if (known.isPresent()) {
            return known;
        }
        Optional<OperationRecord> record = read(file.key());
        record.filter(read -> read.status().status().ended()).ifPresent(read -> ended.put(file, read));
        return record;
    }

    private Optional<OperationRecord> read(String key) throws IOException {
        Optional<byte[]> document = documents.read(key);
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OperationRecord.parse(document.get()));
        } catch (JsonFault e) {
            log.warn(
                    "not an operation's record, passed over: {}: {}",
                    documents.store().location(key),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isRecord(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() && Layout.isOperation(matcher.group(1));
    }

    private String newId(Instant now) {
        byte[] suffix = new byte[3];
        random.nextBytes(suffix);
        return SECOND.format(now) + HexFormat.of().formatHex(suffix);
    }
}
