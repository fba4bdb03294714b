package dev.reliability.sample.documents;

import java.util.UUID;

/** What a row says, before it is one; see {@link Document}. */
record NewDocument(UUID id, String name, long size, String contentType, String sha256, String objectKey) {}
