/** The page that a browser gets at the root. */
@NullMarked
package dev.reliability.sample.web;

import org.jspecify.annotations.NullMarked;
