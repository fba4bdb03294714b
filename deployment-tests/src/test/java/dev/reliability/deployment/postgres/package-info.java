/** The role that the backend runs as, made on a real server. */
package dev.reliability.deployment.postgres;
