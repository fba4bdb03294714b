/** The AI document library: a backend made of all modules, with its configuration and command line. */
@NullMarked
package dev.reliability.sample;

import org.jspecify.annotations.NullMarked;
