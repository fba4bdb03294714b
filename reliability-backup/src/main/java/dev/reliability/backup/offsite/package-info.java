/** Copies of backups in another store, from which they can be restored when the first one is gone. */
@NullMarked
package dev.reliability.backup.offsite;

import org.jspecify.annotations.NullMarked;
