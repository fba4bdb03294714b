/** Reads a repository again, every byte, and names each file that is not as it was written. */
@NullMarked
package dev.reliability.backup.verify;

import org.jspecify.annotations.NullMarked;
