# shellcheck shell=sh
# Takes away what was deployed, with whatever components, by its label. What holds data, and the Secret that it was
# written with, stays. Needs cluster.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

# Kinds that k8s/ makes, and Jobs made by hand. Pods go with what made them.
deleted_kinds='ingresses.networking.k8s.io httproutes.gateway.networking.k8s.io gateways.gateway.networking.k8s.io
    cronjobs.batch jobs.batch horizontalpodautoscalers.autoscaling poddisruptionbudgets.policy deployments.apps
    statefulsets.apps services configmaps networkpolicies.networking.k8s.io serviceaccounts
    servicemonitors.monitoring.coreos.com prometheusrules.monitoring.coreos.com'

delete_deployment() {
    namespace_exists || { say "There is no namespace $namespace: nothing to delete." && return 0; }
    known_kinds=$(kube api-resources --namespaced=true --verbs=delete -o name 2>/dev/null) || :
    kinds=
    for kind in $deleted_kinds; do
        ! printf '%s\n' "$known_kinds" | grep -Fqx "$kind" || kinds=${kinds:+$kinds,}$kind
    done
    [ -n "$kinds" ] || refuse 'the cluster does not say what kinds of objects it has'
    objects=$(kube get "$kinds" -n "$namespace" -l app.kubernetes.io/part-of=ai-doc --ignore-not-found -o name) ||
        refuse 'what is there could not be listed: see above'
    kept=$(kept_objects)
    if [ -z "$objects" ]; then
        say "Nothing of it is left in namespace $namespace to delete."
        report_kept
        return 0
    fi
    say 'To be deleted:'
    printf '%s\n' "$objects" | sed 's/^/  /' >&2
    confirm
    # shellcheck disable=SC2086  # a list of names
    kube delete -n "$namespace" --ignore-not-found --timeout="${timeout}s" $objects ||
        die 'not everything could be deleted: see above'
    kube wait --for=delete pod -n "$namespace" -l app.kubernetes.io/part-of=ai-doc --timeout="${timeout}s" >/dev/null ||
        die "some Pods have not ended: $kubectl_said get pods -n $namespace"
    report_kept
}

# The database of an operator is deleted with its volumes, so it is one of them.
kept_objects() {
    kept_kinds=persistentvolumeclaims
    ! printf '%s\n' "$known_kinds" | grep -Fqx clusters.postgresql.cnpg.io ||
        kept_kinds=$kept_kinds,clusters.postgresql.cnpg.io
    kube get "$kept_kinds" -n "$namespace" --ignore-not-found -o name
    kube get secret "$secret" -n "$namespace" --ignore-not-found -o name
}

confirm() {
    [ -z "$yes" ] || return 0
    printf 'Delete these from namespace %s of %s? [y/N] ' "$namespace" "${cluster_server:-this cluster}" >&2
    read -r answer || refuse '--delete asks, and nobody is there to answer: --yes does. Nothing was deleted.'
    case $answer in
        y | Y | yes) ;;
        *) refuse 'Nothing was deleted.' ;;
    esac
}

report_kept() {
    [ -n "$kept" ] || return 0
    say 'Kept, for the next deployment:'
    printf '%s\n' "$kept" | sed 's/^/  /' >&2
    say "To remove these for good, all documents and backups of this cluster with them:" \
        "$kubectl_said delete namespace $namespace"
}
