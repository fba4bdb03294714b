package dev.reliability.backup.postgresql;

import dev.reliability.backup.manifest.DatabaseFacts;

/**
 * A dump that was written to its end.
 *
 * @param facts the snapshot's facts with the tables that are in the dump
 * @param bytes its length
 */
public record DumpResult(DatabaseFacts facts, long bytes) {}
