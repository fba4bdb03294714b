# shellcheck shell=sh
# Applies what was rendered in three stages, and waits for each. Which stage an object is of, its label says; what has
# none of these labels is of the first one, so that none is left out.
# Needs cluster.sh and render.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

components_of_stage() {
    case $1 in
        foundation) echo 'app.kubernetes.io/component notin (database, object-store, backend, backup, load-balancer)' ;;
        stores) echo 'app.kubernetes.io/component in (database, object-store)' ;;
        backend) echo 'app.kubernetes.io/component in (backend, backup, load-balancer)' ;;
    esac
}

apply_stage() {
    statefulset_generations >"$work/generations"
    kube apply -f "$work/all.yaml" -l "$(components_of_stage "$1")" >"$work/outcomes" 2>"$work/apply" || {
        cat "$work/outcomes"
        sed 's/^/    /' "$work/apply" >&2
        die 'kubectl apply failed: see above'
    }
    same_statefulsets=$(statefulset_generations | grep -Fxf "$work/generations" | cut -d' ' -f1 | tr '\n' ' ') || :
    awk -v same=" $same_statefulsets" '
        $2 == "configured" && index(same, " " $1 " ") { $2 = "unchanged" }
        { print }' "$work/outcomes" >"$work/applied"
    cat "$work/applied"
    sed 's/^/  /' "$work/apply" >&2
}

# Of a StatefulSet with claims kubectl says "configured" each time, as the server fills their templates in. Its generation
# says whether anything was changed.
statefulset_generations() {
    kube get statefulsets -n "$namespace" -o 'jsonpath={range .items[*]}statefulset.apps/{.metadata.name} {.metadata.generation}{"\n"}{end}' \
        2>/dev/null || :
}

# Server-side: an ordinary apply would copy the values into an annotation. The file is the truth: who else manages the
# Secret is to be left alone by --keep-secrets.
apply_secret() {
    has_namespace=yes
    secret_version=$(version_in_cluster "secret/$secret")
    if [ -z "$keep_secrets" ]; then
        kube apply --server-side --force-conflicts --field-manager=deploy-k8s -f "$secrets_file" >/dev/null \
            2>"$work/apply" || {
            sed 's/^/    /' "$work/apply" >&2
            die "Secret $secret could not be applied: see above"
        }
        secret_before=$secret_version
        secret_version=$(version_in_cluster "secret/$secret")
        case $secret_before in
            '') secret_outcome=created ;;
            "$secret_version") secret_outcome=unchanged ;;
            *) secret_outcome=configured ;;
        esac
        echo "secret/$secret $secret_outcome"
    fi
    # Now it is known which Secret and ConfigMap the Pods are to start with.
    config_version=$(version_in_cluster "configmap/$config")
    render "$work/all.yaml"
}

# wait_for_stage: for all that was just applied and has Pods.
wait_for_stage() {
    while read -r applied_name applied_outcome; do
        case $applied_name in
            deployment.apps/* | statefulset.apps/*) wait_for_rollout "$applied_name" ;;
            cluster.postgresql.cnpg.io/*) wait_for_cluster "$applied_name" ;;
        esac
    done <"$work/applied"
}

wait_for_rollout() {
    kube rollout status "$1" -n "$namespace" --timeout="${timeout}s" >&2 </dev/null || {
        explain
        die "$1 is not ready after ${timeout} s or was given up: see above"
    }
}

wait_for_cluster() {
    say "Waiting for $1 to be ready ..."
    kube wait "$1" -n "$namespace" --for=condition=Ready --timeout="${timeout}s" >&2 </dev/null || {
        explain
        die "$1 is not ready after ${timeout} s: see above"
    }
}

# A new Deployment begins with one Pod; the HPA makes its minimum of it some seconds later.
wait_for_minimum() {
    hpa_bounds=$(kube get hpa "$backend" -n "$namespace" --ignore-not-found \
        -o 'jsonpath={.spec.minReplicas} {.spec.maxReplicas}')
    hpa_minimum=${hpa_bounds% *}
    [ -n "$hpa_minimum" ] || return 0
    minimum_polls=$((timeout < 60 ? timeout / 2 : 30))
    minimum_told=
    until [ "$(kube get deployment "$backend" -n "$namespace" -o 'jsonpath={.spec.replicas}')" -ge "$hpa_minimum" ]; do
        if [ "$minimum_polls" -eq 0 ]; then
            warn "the HPA has not yet made $hpa_minimum Pods: $kubectl_said describe hpa $backend -n $namespace"
            return 0
        fi
        [ -n "$minimum_told" ] || say "Waiting for the HPA to make $hpa_minimum Pods ..."
        minimum_told=yes
        minimum_polls=$((minimum_polls - 1))
        sleep 2
    done
    wait_for_rollout "deployment.apps/$backend"
}
