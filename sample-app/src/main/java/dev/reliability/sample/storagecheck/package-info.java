/** Whether an operator's own store keeps the promises of an object store. */
@NullMarked
package dev.reliability.sample.storagecheck;

import org.jspecify.annotations.NullMarked;
