/** nginx in front of backends that break, for real: the configuration and the script that Compose and Kubernetes run. */
package dev.reliability.deployment.nginx;
