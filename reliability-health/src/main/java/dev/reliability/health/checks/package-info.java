/** Checks of the usual dependencies; each works without the monitor and without any framework. */
@NullMarked
package dev.reliability.health.checks;

import org.jspecify.annotations.NullMarked;
