/**
 * Measures what {@code scripts/drill.sh} breaks: {@code load} sends requests and watches the backends, {@code report} tells
 * what was lost and for how long. Both leave and read plain lines in a folder, so that anything may be added to them.
 */
@NullMarked
package dev.reliability.drill;

import org.jspecify.annotations.NullMarked;
