# shellcheck shell=sh
# The Pods of a cluster. Included by drill.sh; it has the functions of target-local.sh. A Pod that is gone is made again by
# the cluster: what starts or ends one only waits for that.
# shellcheck disable=SC2034,SC2154,SC2317

k8s_deployment=deployment/ai-doc-backend
k8s_autoscaler=horizontalpodautoscaler/ai-doc-backend
# A command goes by the API server and the kubelet.
target_delay=1

target_require() {
    require_tools java curl kubectl
    java=$(find_java)
    require_drills
    # That somebody changes the current one meanwhile must not move what is broken.
    [ -n "$context" ] || context=$(kubectl config current-context 2>/dev/null) || context=
    [ -n "$url" ] || wrong 'a cluster needs --url URL, the address at which clients reach the backends'
    k8s get "$k8s_deployment" >/dev/null || die "there is no $k8s_deployment in the namespace ai-doc: see above"
    k8s_replicas=$(k8s get "$k8s_deployment" -o 'jsonpath={.spec.replicas}')
    [ "$k8s_replicas" -ge 2 ] || die "$k8s_deployment has $k8s_replicas Pods: a drill needs two"
}

k8s() {
    kubectl ${context:+--context "$context"} --namespace ai-doc "$@"
}

k8s_quietly() {
    k8s "$@" >>"$folder/kubectl.log" 2>&1 || {
        tail_of "$folder/kubectl.log"
        die "kubectl $* failed: see above"
    }
}

target_refusal() {
    case $1 in
        other_jar) echo 'kubectl set image is an update, which rolling shows; use --target local' ;;
        clock) echo 'Pods have the clock of their node; use --target local' ;;
        database_cut) echo 'what drops packets depends on the network of the cluster; use --target compose' ;;
        database_full) echo "the database's volume is not filled on a cluster; use --target local" ;;
        storage) k8s get statefulset/s3-documents >/dev/null 2>&1 || echo 'there is no statefulset/s3-documents' ;;
    esac
}

target_start() {
    target_url=$url
    target_token=$(target_make_token 7d)
    k8s_restarts=$(k8s_restart_counts)
    k8s_bounds=$(k8s get "$k8s_autoscaler" --ignore-not-found -o 'jsonpath={.spec.minReplicas} {.spec.maxReplicas}')
    k8s_staying_pods >"$folder/pods"
    watched=$folder/watched
    k8s_watch
    [ -s "$watched" ] || watched=
}

# By the API server, as no other way to them is open. It ends with the first connection that a Pod does not take: one that was
# killed, or made meanwhile, is not watched any more.
k8s_watch() {
    k8s_watchers=
    while read -r k8s_each; do
        kubectl ${context:+--context "$context"} --namespace ai-doc port-forward "$k8s_each" :8081 \
            </dev/null >"$folder/forward-${k8s_each##*/}" 2>&1 &
        k8s_watchers="$k8s_watchers $!"
    done <"$folder/pods"
    while read -r k8s_each; do
        ! await 10 k8s_way_to "$k8s_each" >/dev/null || echo "${k8s_each##*/} $(k8s_way_to "$k8s_each")"
    done <"$folder/pods" >"$watched"
}

k8s_way_to() {
    sed -n 's|^Forwarding from \(127.0.0.1:[0-9]*\) .*|http://\1|p' "$folder/forward-${1##*/}" | grep .
}

k8s_watch_no_more() {
    # shellcheck disable=SC2086  # a list of process ids
    [ -z "${k8s_watchers:-}" ] || kill $k8s_watchers 2>/dev/null || :
    k8s_watchers=
}

target_stop() {
    [ -n "${k8s_replicas:-}" ] || return 0
    k8s_watch_no_more
    [ -z "${k8s_frozen:-}" ] || k8s_try_signal "$k8s_frozen" CONT || :
    k8s_frozen=
    [ -z "${k8s_is_held:-}" ] || k8s_autoscale_within "$k8s_bounds" >/dev/null ||
        say "$k8s_autoscaler must be given its bounds back by hand: $k8s_bounds"
    k8s_is_held=
    k8s scale "$k8s_deployment" --replicas "$k8s_replicas" >/dev/null 2>&1 || :
    [ -z "${k8s_storage_is_away:-}" ] || storage_give_back
}

target_make_token() {
    k8s exec "$k8s_deployment" -c backend -- /app/bin/ai-doc-backend token --ttl "$1" || die 'no token could be made: see above'
}

# All that may still answer, those that are about to end among them.
k8s_pods() {
    k8s get pods -l app=ai-doc-backend --field-selector status.phase=Running -o name | sort
}

k8s_staying_pods() {
    k8s get pods -l app=ai-doc-backend --field-selector status.phase=Running \
        -o 'go-template={{range .items}}{{if not .metadata.deletionTimestamp}}pod/{{.metadata.name}}{{"\n"}}{{end}}{{end}}' | sort
}

# --- Backends ---------------------------------------------------------------------------------------------------------

# backend-2 is the second Pod of when the drill began.
k8s_pod() {
    sed -n "${1#backend-}p" "$folder/pods"
}

# A Pod deleted without grace still has two seconds, in which it is taken out of the service: that is no sudden death.
instance_kill() {
    k8s_signal "$1" KILL
}

instance_freeze() {
    k8s_frozen=$1
    k8s_signal "$1" STOP
}

# The liveness probe may have had it restarted meanwhile.
instance_thaw() {
    k8s_frozen=
    k8s_try_signal "$1" CONT || [ "$(k8s_restart_counts)" != "$k8s_restarts" ] || k8s_signal_failed "$1" CONT
}

k8s_signal() {
    k8s_try_signal "$1" "$2" || k8s_signal_failed "$1" "$2"
}

k8s_signal_failed() {
    tail_of "$folder/kubectl.log"
    die "the backend of $(k8s_pod "$1") could not be sent SIG$2: see above"
}

# The backend is a child of the container's first process, which itself takes no signal like these from inside. With it the
# container ends, and often this command too.
k8s_try_signal() {
    # shellcheck disable=SC2016  # the container's own shell
    k8s exec "$(k8s_pod "$1")" -c backend -- sh -c 'for process in /proc/[0-9]*; do
            if [ "$(cat "$process/comm" 2>/dev/null)" = java ]; then kill "-$1" "${process#/proc/}" && sent=yes; fi
        done
        [ "$sent" = yes ]' sh "$2" >>"$folder/kubectl.log" 2>&1 || [ $? -eq 137 ]
}

instance_start() {
    k8s_staying_pods >"$folder/pods"
}

instance_await() {
    k8s_quietly rollout status "$k8s_deployment" --timeout=180s
}

instances_roll() {
    mark restart 'a rolling update is begun'
    k8s_quietly rollout restart "$k8s_deployment"
    k8s_quietly rollout status "$k8s_deployment" --timeout=600s
    mark ready 'the rolling update is done'
}

# Its autoscaler would take away, or add, within a minute what it does or does not hold for needed.
instances_scale() {
    if [ -n "$k8s_bounds" ]; then
        k8s_is_held=yes
        k8s_autoscale_within "$1 $1" >>"$folder/kubectl.log"
    fi
    k8s_quietly scale "$k8s_deployment" --replicas "$1"
    k8s_quietly rollout status "$k8s_deployment" --timeout=300s
    await 120 k8s_has_pods "$1" || die "there are not $1 Pods after two minutes: kubectl get pods"
}

# k8s_autoscale_within "MINIMUM MAXIMUM"
k8s_autoscale_within() {
    k8s patch "$k8s_autoscaler" --patch "{\"spec\":{\"minReplicas\":${1% *},\"maxReplicas\":${1#* }}}"
}

k8s_has_pods() {
    [ "$(k8s_pods | wc -l)" -eq "$1" ]
}

instances_that_served() {
    k8s_pods | while read -r k8s_each; do
        ! metrics_inside k8s exec "$k8s_each" -c backend -- </dev/null | has_served || echo "$k8s_each"
    done | wc -l
}

k8s_restart_counts() {
    k8s get pods -l app=ai-doc-backend -o 'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].restartCount}{"\n"}{end}'
}

# Of those that were there at the beginning: the autoscaler may have made more.
instances_restarted() {
    printf '%s\n' "$k8s_restarts" | grep -Fvx -c -e "$(k8s_restart_counts)" || :
}

# --- Database and storage ---------------------------------------------------------------------------------------------

database_kill() {
    k8s_quietly delete pod/postgres-0 --grace-period=0 --force --wait=false
}

database_start() {
    await 120 k8s_database_answers || die 'PostgreSQL does not start: kubectl describe pod/postgres-0'
}

k8s_database_answers() {
    k8s exec pod/postgres-0 -- pg_isready -q -h 127.0.0.1 >/dev/null 2>&1
}

database_drop() {
    # shellcheck disable=SC2016  # the container knows its superuser
    k8s_quietly exec pod/postgres-0 -- sh -c 'psql -X -q -w -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
        -c "DROP DATABASE ai_doc_library WITH (FORCE)"'
}

storage_take() {
    k8s_storage_is_away=yes
    k8s_quietly scale statefulset/s3-documents --replicas 0
    k8s_quietly wait --for=delete pod/s3-documents-0 --timeout=120s
}

storage_give_back() {
    k8s_quietly scale statefulset/s3-documents --replicas 1
    k8s_quietly rollout status statefulset/s3-documents --timeout=180s
    k8s_storage_is_away=
}
