package dev.reliability.sample.documents;

import java.time.Instant;
import java.util.UUID;

/**
 * A document, as its row describes it.
 *
 * @param id its id
 * @param name the name that it was uploaded with
 * @param size its length in bytes
 * @param contentType its media type
 * @param sha256 of its bytes, 64 hexadecimal digits
 * @param objectKey under which the store has its bytes
 * @param createdAt when it was uploaded, by the database's clock
 */
record Document(
        UUID id, String name, long size, String contentType, String sha256, String objectKey, Instant createdAt) {}
