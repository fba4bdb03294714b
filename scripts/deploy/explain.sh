# shellcheck shell=sh
# Why something does not become ready: what one would ask next. Needs cluster.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

explain() {
    explain_pods app.kubernetes.io/part-of=ai-doc
    explain_logs
}

# explain_pods SELECTOR
explain_pods() {
    {
        echo
        echo 'Pods:'
        kube get pods -n "$namespace" -l "$1" -o wide
        echo
        echo 'Volumes that are not bound:'
        kube get pvc -n "$namespace" --no-headers 2>/dev/null | awk '$2 != "Bound" { print; found = 1 } END { if (!found) print "none" }'
        echo
        echo 'Warnings:'
        kube get events -n "$namespace" --field-selector type=Warning --sort-by=.lastTimestamp 2>/dev/null | tail -n 20
    } 2>&1 </dev/null | sed 's/^/    /' >&2
}

# The last lines of each container of each Pod that is not ready; where it was started again, those of before.
explain_logs() {
    kube get pods -n "$namespace" -l app.kubernetes.io/part-of=ai-doc -o 'jsonpath={range .items[?(@.status.phase!="Succeeded")]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.status.containerStatuses[*].restartCount}{"\n"}{end}' |
        while read -r pod_name pod_ready pod_restarts; do
            [ "$pod_ready" != True ] || continue
            {
                echo
                echo "Log of $pod_name:"
                kube logs "$pod_name" -n "$namespace" --all-containers --prefix --tail=20
                case $pod_restarts in
                    *[1-9]*)
                        echo "Log of $pod_name before it was started again:"
                        kube logs "$pod_name" -n "$namespace" --all-containers --prefix --tail=20 --previous
                        ;;
                esac
            } 2>&1 </dev/null | sed 's/^/    /' >&2
        done
}
