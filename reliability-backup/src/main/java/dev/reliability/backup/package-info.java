/** Backups that are proved to restore: {@code BackupManager} and its parts. */
@NullMarked
package dev.reliability.backup;

import org.jspecify.annotations.NullMarked;
