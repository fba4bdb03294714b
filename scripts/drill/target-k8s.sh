# shellcheck shell=sh
# The Pods of a cluster. Included by drill.sh; it has the functions of target-local.sh. A Pod that is gone is made again by
# the cluster: what starts or ends one only waits for that.
# shellcheck disable=SC2034,SC2154,SC2317

k8s_deployment=deployment/ai-doc-backend

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
        instance_stop) echo "the first process of a container can not be frozen from inside; use --target compose" ;;
        other_jar) echo 'kubectl set image is an update, which rolling shows; use --target local' ;;
        clock) echo 'Pods have the clock of their node; use --target local' ;;
        database_cut) echo 'what drops packets depends on the network of the cluster; use --target compose' ;;
        database_full) echo "the database's volume is not filled on a cluster; use --target local" ;;
        storage) k8s get statefulset/s3-documents >/dev/null 2>&1 || echo 'there is no statefulset/s3-documents' ;;
    esac
}

# Pods are not reached from outside: the time line has what the script does and what clients see.
target_start() {
    watched=
    target_url=$url
    target_token=$(target_make_token 7d)
    k8s_restarts=$(k8s_restart_counts)
    k8s_pods >"$folder/pods"
}

target_stop() {
    [ -n "${k8s_replicas:-}" ] || return 0
    k8s scale "$k8s_deployment" --replicas "$k8s_replicas" >/dev/null 2>&1 || :
    [ -z "${k8s_storage_is_away:-}" ] || storage_give_back
}

target_make_token() {
    k8s exec "$k8s_deployment" -- /app/bin/ai-doc-backend token --ttl "$1" || die 'no token could be made: see above'
}

k8s_pods() {
    k8s get pods -l app=ai-doc-backend --field-selector status.phase=Running -o name | sort
}

# --- Backends ---------------------------------------------------------------------------------------------------------

# backend-2 is the second Pod of when the drill began.
k8s_pod() {
    sed -n "${1#backend-}p" "$folder/pods"
}

instance_kill() {
    k8s_quietly delete "$(k8s_pod "$1")" --grace-period=0 --force --wait=false
}

instance_start() {
    k8s_pods >"$folder/pods"
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

instances_scale() {
    k8s_quietly scale "$k8s_deployment" --replicas "$1"
    k8s_quietly rollout status "$k8s_deployment" --timeout=300s
    await 120 k8s_has_pods "$1" || die "there are not $1 Pods after two minutes: kubectl get pods"
}

k8s_has_pods() {
    [ "$(k8s_pods | wc -l)" -eq "$1" ]
}

instances_that_served() {
    k8s_pods | while read -r k8s_each; do
        ! metrics_inside k8s exec "$k8s_each" -- </dev/null | has_served || echo "$k8s_each"
    done | wc -l
}

k8s_restart_counts() {
    k8s get pods -l app=ai-doc-backend -o 'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].restartCount}{"\n"}{end}'
}

instances_restarted() {
    k8s_restart_counts | grep -Fvx -c -e "$k8s_restarts" || :
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
