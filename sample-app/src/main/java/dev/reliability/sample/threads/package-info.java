/** The backend's own threads, and how they end. */
@NullMarked
package dev.reliability.sample.threads;

import org.jspecify.annotations.NullMarked;
