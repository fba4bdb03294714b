package dev.reliability.backup.repository;

import dev.reliability.backup.internal.Json;
import dev.reliability.core.storage.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a schedule asks for is done once for each fire time, whoever claims it: the claim is a document that is created
 * if absent. Safe for use by any thread.
 */
public final class ScheduleClaims {
    private final Documents documents;
    private final String schedule;
    private final String host;
    private final String token = UUID.randomUUID().toString();

    /** @param schedule under which keys its claims are */
    ScheduleClaims(Documents documents, String schedule, String host) {
        this.documents = documents;
        this.schedule = schedule;
        this.host = host;
    }

    /**
     * Claims a fire time. To ask again is harmless: who has claimed it keeps it.
     *
     * @param fireTime a whole minute
     * @return whether it is this process's to do it
     * @throws IOException if that is not known; to be asked again
     */
    public boolean claim(Instant fireTime) throws IOException {
        return documents.create(Layout.fireTime(schedule, fireTime), Json.document(out -> {
            Json.text(out, "fire_time", fireTime);
            Json.text(out, "host", host);
            out.writeNumberField("pid", ThisProcess.pid());
            Json.text(out, "token", token);
        }));
    }

    /** Forgets fire times before this moment, but never the newest: it may be long until the next one. */
    public void removeBefore(Instant moment) throws IOException {
        // Keys are listed in the order of their time.
        Optional<Instant> previous = Optional.empty();
        for (ObjectInfo claim : documents.list(schedule)) {
            Optional<Instant> fireTime = Layout.fireTimeOf(schedule, claim.key());
            if (fireTime.isPresent()) {
                if (previous.isPresent() && previous.get().isBefore(moment)) {
                    documents.store().delete(Layout.fireTime(schedule, previous.get()));
                }
                previous = fireTime;
            }
        }
    }
}
