/** Micrometer meters of backups; needs micrometer-core on the class path. */
@NullMarked
package dev.reliability.backup.metrics;

import org.jspecify.annotations.NullMarked;
