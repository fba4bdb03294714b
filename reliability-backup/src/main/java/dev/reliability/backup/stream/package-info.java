/** One pass over bytes: counted, hashed, compressed and stored with bounded buffers. */
@NullMarked
package dev.reliability.backup.stream;

import org.jspecify.annotations.NullMarked;
