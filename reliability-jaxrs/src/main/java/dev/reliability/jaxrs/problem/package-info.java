/** Errors as RFC 9457 {@code application/problem+json}; for the toolkit's endpoints, and for a host's own if it likes. */
@NullMarked
package dev.reliability.jaxrs.problem;

import org.jspecify.annotations.NullMarked;
