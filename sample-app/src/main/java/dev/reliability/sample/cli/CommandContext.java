package dev.reliability.sample.cli;

import dev.reliability.core.time.TimeSource;
import java.io.PrintWriter;
import java.util.Map;

/**
 * What surrounds a subcommand.
 *
 * @param environment the variables
 * @param out for the result alone
 * @param err for everything else
 * @param time the clocks
 */
public record CommandContext(Map<String, String> environment, PrintWriter out, PrintWriter err, TimeSource time) {}
