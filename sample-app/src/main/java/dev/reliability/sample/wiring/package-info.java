/** Puts the parts together, and takes them apart again in order. */
@NullMarked
package dev.reliability.sample.wiring;

import org.jspecify.annotations.NullMarked;
