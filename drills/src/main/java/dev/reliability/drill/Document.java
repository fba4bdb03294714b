package dev.reliability.drill;

/**
 * A document whose upload was acknowledged.
 *
 * @param acknowledged when, in microseconds since 1970
 */
record Document(String id, String sha256, long acknowledged) {}
