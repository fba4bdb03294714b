/** What several packages of this module need and nobody outside of it. */
@NullMarked
package dev.reliability.backup.internal;

import org.jspecify.annotations.NullMarked;
