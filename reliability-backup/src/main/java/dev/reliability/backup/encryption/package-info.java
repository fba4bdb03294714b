/**
 * Backups that only their recipients can read, in the format of <a href="https://age-encryption.org/v1">age</a>,
 * whose program opens them without us.
 */
@NullMarked
package dev.reliability.backup.encryption;

import org.jspecify.annotations.NullMarked;
