/** Which backups are old enough to go, as a function of what there is and of the time, and of nothing else. */
@NullMarked
package dev.reliability.backup.retention;

import org.jspecify.annotations.NullMarked;
