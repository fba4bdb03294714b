/**
 * What a platform engineer would ask of k8s/, each question a {@link dev.reliability.deployment.kubernetes.Rule}, and for
 * each rule the edits of the manifests that it must notice (mutations.yaml).
 */
package dev.reliability.deployment.kubernetes;
