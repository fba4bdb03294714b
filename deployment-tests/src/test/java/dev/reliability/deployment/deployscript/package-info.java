/** {@code scripts/deploy-k8s.sh} against a stub of {@code kubectl} that records what it is asked and answers from a script. */
package dev.reliability.deployment.deployscript;
