/** The health monitor: it runs checks on its own schedule and answers from the last results. */
@NullMarked
package dev.reliability.health;

import org.jspecify.annotations.NullMarked;
