/** The circuit breaker: stops calling what is broken, and notices by itself when it works again. */
@NullMarked
package dev.reliability.core.circuitbreaker;

import org.jspecify.annotations.NullMarked;
