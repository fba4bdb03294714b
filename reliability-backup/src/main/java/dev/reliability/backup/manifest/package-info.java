/** What is written down about a backup when it is whole: the manifest, as plain values. */
@NullMarked
package dev.reliability.backup.manifest;

import org.jspecify.annotations.NullMarked;
