/**
 * The folder or bucket that holds the backups: who may write, which names are taken, what was committed, what runs.
 *
 * <p>Start at {@link dev.reliability.backup.repository.Repository}. The bytes and the order of writes are described in
 * {@code docs/backup-format.md}.
 */
@NullMarked
package dev.reliability.backup.repository;

import org.jspecify.annotations.NullMarked;
