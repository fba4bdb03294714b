/** The HTTP server: Jersey on Jetty, errors as problems, a stop that finishes what runs. */
@NullMarked
package dev.reliability.sample.http;

import org.jspecify.annotations.NullMarked;
