/**
 * The guide, tried from outside.
 *
 * <p>Suites whose name ends with {@code Contract} need an address and a token and nothing else: {@code mvn verify -pl
 * acceptance-tests -Dacceptance.address=https://… -Dacceptance.token=…} runs them against any deployment. The others
 * break things, and so start their own backend with {@code scripts/run-local.sh}.
 */
package dev.reliability.acceptance;
