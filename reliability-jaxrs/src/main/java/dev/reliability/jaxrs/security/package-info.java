/** Bearer tokens: made, checked, and shown to resources as a SecurityContext. Needs jjwt on the class path. */
@NullMarked
package dev.reliability.jaxrs.security;

import org.jspecify.annotations.NullMarked;
