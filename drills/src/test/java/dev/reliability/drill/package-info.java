/** Each goal, outcome and state is shown to be told from its opposite; what speaks HTTP is tried on a real server. */
package dev.reliability.drill;
