/**
 * PostgreSQL by its own programs: pg_dump's plain SQL out, psql in restricted mode in, and the live switch that puts a
 * restored database in the place of another.
 */
@NullMarked
package dev.reliability.backup.postgresql;

import org.jspecify.annotations.NullMarked;
