/** The files that deploy the sample backend, each read as the program reads that they are for. */
package dev.reliability.deployment;
