/** The one place where time enters: a wall clock and a monotonic clock, kept apart and injected. */
@NullMarked
package dev.reliability.core.time;

import org.jspecify.annotations.NullMarked;
