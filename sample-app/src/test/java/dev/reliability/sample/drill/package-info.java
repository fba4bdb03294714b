/** Drills: real processes on one repository, killed and stopped at the worst moments. */
package dev.reliability.sample.drill;
