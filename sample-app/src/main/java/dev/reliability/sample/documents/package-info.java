/** The document library: rows in PostgreSQL, bytes in an object store, an API over HTTP. */
@NullMarked
package dev.reliability.sample.documents;

import org.jspecify.annotations.NullMarked;
