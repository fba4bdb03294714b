/** When scheduled backups are due: cron expressions in a time zone, and the thread that waits for them. */
@NullMarked
package dev.reliability.backup.schedule;

import org.jspecify.annotations.NullMarked;
