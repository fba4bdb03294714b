package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.backup.internal.JsonFault;
import dev.reliability.backup.internal.JsonObject;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of the lease: one for each epoch, never changed, and its beat beside it. */
final class Epochs {
    private static final Pattern EPOCH = Pattern.compile(Pattern.quote(Layout.LEASES) + "([0-9]{12})(?:\\.beat)?");
    /** So many epochs below the holder's are kept for whoever wants to read what happened. */
    static final int KEPT = 10;

    private final Documents documents;

    Epochs(Documents documents) {
        this.documents = documents;
    }

    /**
     * Who took an epoch.
     *
     * @param token makes this document unlike any other
     */
    record Claim(String operationId, String host, long pid, Instant processStart, String token) {}

    /**
     * A beat at one moment. Two are equal if nothing has happened between them.
     *
     * @param epoch 0 if nobody ever took the lease
     * @param beat the beat's bytes as text, empty before the first one
     * @param released whether its holder gave it back
     */
    record Beat(long epoch, String beat, boolean released) {
        boolean free() {
            return epoch == 0 || released;
        }
    }

    /** The highest epoch; 0 if there is none. */
    long highest() throws IOException {
        try (Stream<ObjectInfo> files = documents.store().list(Layout.LEASES)) {
            return files.mapToLong(file -> epochOf(file.key())).max().orElse(0);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Takes an epoch; false if somebody has it, or a higher one. */
    boolean create(long epoch, Claim claim) throws IOException {
        byte[] document = Json.document(out -> {
            out.writeNumberField("epoch", epoch);
            Json.text(out, "operation", claim.operationId());
            Json.text(out, "host", claim.host());
            out.writeNumberField("pid", claim.pid());
            Json.text(out, "process_started_at", claim.processStart());
            Json.text(out, "token", claim.token());
        });
        // A contender that slept may create an epoch that was removed long ago: only the highest one counts.
        return documents.create(Layout.lease(epoch), document) && highest() == epoch;
    }

    Optional<Claim> claim(long epoch) throws IOException {
        Optional<byte[]> document = documents.read(Layout.lease(epoch));
        if (document.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonObject json = JsonObject.parse(document.get());
            return Optional.of(new Claim(
                    json.text("operation"),
                    json.text("host"),
                    json.number("pid"),
                    json.instant("process_started_at"),
                    json.text("token")));
        } catch (JsonFault e) {
            throw new IOException(documents.store().location(Layout.lease(epoch)) + ": " + e.getMessage(), e);
        }
    }

    void writeBeat(long epoch, long number, boolean released) throws IOException {
        documents.write(Layout.beat(epoch), Json.document(out -> {
            out.writeNumberField("epoch", epoch);
            out.writeNumberField("beat", number);
            out.writeBooleanField("released", released);
        }));
    }

    Beat beat() throws IOException {
        long epoch = highest();
        byte @Nullable [] beat =
                epoch == 0 ? null : documents.read(Layout.beat(epoch)).orElse(null);
        if (beat == null) {
            return new Beat(epoch, "", false);
        }
        boolean released;
        try {
            released = JsonObject.parse(beat).flag("released");
        } catch (JsonFault strange) {
            // Whatever it is: while it does not change nobody renews it, and that is all that has to be known.
            released = false;
        }
        return new Beat(epoch, new String(beat, StandardCharsets.ISO_8859_1), released);
    }

    /** When a sign of life was last seen, by the store's clock. */
    Optional<Instant> lastSign(long epoch) throws IOException {
        Optional<ObjectInfo> beat = documents.store().head(Layout.beat(epoch));
        return (beat.isPresent() ? beat : documents.store().head(Layout.lease(epoch))).map(ObjectInfo::lastModified);
    }

    /** Removes what lies far below this epoch, which must not be higher than the highest. */
    void removeOld(long epoch) throws IOException {
        for (ObjectInfo file : documents.list(Layout.LEASES)) {
            long old = epochOf(file.key());
            if (old > 0 && old < epoch - KEPT) {
                documents.store().delete(file.key());
            }
        }
    }

    /** The epoch of a lease or a beat; 0 if the key is neither. */
    static long epochOf(String key) {
        Matcher matcher = EPOCH.matcher(key);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
