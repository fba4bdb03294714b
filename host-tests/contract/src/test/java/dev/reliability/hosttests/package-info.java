/** The HTTP contract as test suites: each host of Jakarta REST runs all of them against a server of its own. */
package dev.reliability.hosttests;
