/** Micrometer meters of health and of circuit breakers; needs micrometer-core on the class path. */
@NullMarked
package dev.reliability.health.metrics;

import org.jspecify.annotations.NullMarked;
