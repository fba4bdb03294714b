/** The HTTP endpoints as Jakarta REST components, mounted by any Jakarta REST server. */
@NullMarked
package dev.reliability.jaxrs;

import org.jspecify.annotations.NullMarked;
