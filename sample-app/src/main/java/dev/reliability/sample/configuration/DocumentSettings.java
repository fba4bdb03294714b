package dev.reliability.sample.configuration;

import java.time.Duration;

/**
 * Limits of the document library.
 *
 * @param maxUploadBytes size of the largest document
 * @param minFreeBytes room that an upload must leave, where the store knows its room
 * @param deleteGrace how long the bytes of deleted documents stay
 */
public record DocumentSettings(long maxUploadBytes, long minFreeBytes, Duration deleteGrace) {
    static DocumentSettings read(Values values) {
        return new DocumentSettings(
                values.get(Variables.MAX_UPLOAD_BYTES),
                values.get(Variables.MIN_FREE_BYTES),
                values.get(Variables.DELETE_GRACE));
    }
}
