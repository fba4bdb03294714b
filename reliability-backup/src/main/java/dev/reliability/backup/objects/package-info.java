/** The objects of an application: copied into content-named blobs, listed in an index, and written back. */
@NullMarked
package dev.reliability.backup.objects;

import org.jspecify.annotations.NullMarked;
