/** The subcommands of the one jar. */
@NullMarked
package dev.reliability.sample.cli;

import org.jspecify.annotations.NullMarked;
