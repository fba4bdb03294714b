/** The health check that says when nobody knows any more whether backups restore. */
@NullMarked
package dev.reliability.backup.health;

import org.jspecify.annotations.NullMarked;
