package dev.reliability.backup.postgresql;

/**
 * What a dump without a manifest says of itself when it is read to its end. Immutable.
 *
 * @param names what it names and needs to be on the server
 * @param plainBytes the length of its SQL
 */
public record DumpSurvey(DumpNames names, long plainBytes) {}
