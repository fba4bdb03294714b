package dev.reliability.core.circuitbreaker;

/**
 * What a window holds.
 *
 * @param consecutiveFailures failures since the last success
 * @param calls results in the window
 * @param failures failures among them
 */
record Counts(int consecutiveFailures, int calls, int failures) {}
