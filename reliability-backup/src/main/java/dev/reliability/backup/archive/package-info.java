/** A backup as one tar file: out of a repository, and into another. Needs commons-compress. */
@NullMarked
package dev.reliability.backup.archive;

import org.jspecify.annotations.NullMarked;
