/** How the backend's own threads end. */
@NullMarked
package dev.reliability.sample.threads;

import org.jspecify.annotations.NullMarked;
