/** What a health check is, what it answers, and how a report looks as JSON. */
@NullMarked
package dev.reliability.core.health;

import org.jspecify.annotations.NullMarked;
