/** One line an event, as keys and values. */
@NullMarked
package dev.reliability.sample.logging;

import org.jspecify.annotations.NullMarked;
