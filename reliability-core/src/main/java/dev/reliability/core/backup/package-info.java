/** What a backup service does, said without how: operations, backups, their errors, and what an application adds. */
@NullMarked
package dev.reliability.core.backup;

import org.jspecify.annotations.NullMarked;
