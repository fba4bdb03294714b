/** The contracts of the toolkit and the parts that need nothing but the JDK. */
@NullMarked
package dev.reliability.core;

import org.jspecify.annotations.NullMarked;
