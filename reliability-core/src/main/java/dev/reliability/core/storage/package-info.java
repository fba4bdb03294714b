/** Places that keep bytes under keys: the contract of an object store, and the store that is a folder. */
@NullMarked
package dev.reliability.core.storage;

import org.jspecify.annotations.NullMarked;
