/** The probe port: health for Kubernetes and metrics for Prometheus on the JDK's own HTTP server. */
@NullMarked
package dev.reliability.health.management;

import org.jspecify.annotations.NullMarked;
