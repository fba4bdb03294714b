/** The environment as one immutable, checked value: every variable, all faults at once. */
@NullMarked
package dev.reliability.sample.configuration;

import org.jspecify.annotations.NullMarked;
