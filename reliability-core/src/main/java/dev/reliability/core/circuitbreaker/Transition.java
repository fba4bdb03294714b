package dev.reliability.core.circuitbreaker;

import java.time.Instant;

/**
 * A breaker went from one state to another.
 *
 * @param breaker its name
 * @param from the state before
 * @param to the state after
 * @param reason what decided, for people: the counts and the threshold
 * @param at by the wall clock
 */
public record Transition(String breaker, State from, State to, String reason, Instant at) {}
