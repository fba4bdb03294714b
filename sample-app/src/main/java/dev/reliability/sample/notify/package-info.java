/** Tells other systems what people should know. */
@NullMarked
package dev.reliability.sample.notify;

import org.jspecify.annotations.NullMarked;
