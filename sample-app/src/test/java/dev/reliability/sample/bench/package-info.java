/** What {@code scripts/bench.sh} measures with where the command line of the application is not enough. */
package dev.reliability.sample.bench;
