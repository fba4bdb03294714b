/** docker-compose.yml, and what makes its secrets. */
package dev.reliability.deployment.compose;
