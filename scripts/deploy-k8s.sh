#!/bin/sh
# Deploys the backend, its database and its stores to Kubernetes, or takes them away again. It may be run any number of
# times: what is as it should be stays untouched.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/messages.sh
. "$root/scripts/lib/messages.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"
# shellcheck source=scripts/deploy/cluster.sh
. "$root/scripts/deploy/cluster.sh"
# shellcheck source=scripts/deploy/image.sh
. "$root/scripts/deploy/image.sh"
# shellcheck source=scripts/deploy/render.sh
. "$root/scripts/deploy/render.sh"
# shellcheck source=scripts/deploy/secrets.sh
. "$root/scripts/deploy/secrets.sh"
# shellcheck source=scripts/deploy/checks.sh
. "$root/scripts/deploy/checks.sh"
# shellcheck source=scripts/deploy/apply.sh
. "$root/scripts/deploy/apply.sh"
# shellcheck source=scripts/deploy/storage-check.sh
. "$root/scripts/deploy/storage-check.sh"
# shellcheck source=scripts/deploy/explain.sh
. "$root/scripts/deploy/explain.sh"
# shellcheck source=scripts/deploy/report.sh
. "$root/scripts/deploy/report.sh"
# shellcheck source=scripts/deploy/delete.sh
. "$root/scripts/deploy/delete.sh"

usage() {
    cat <<'USAGE'
Usage: scripts/deploy-k8s.sh [OPTION...]

Deploys k8s/ into the namespace ai-doc of the cluster that kubectl talks to: checks the cluster, your rights and
k8s/secrets.yaml, and only then changes anything; starts PostgreSQL and the S3 servers, checks both stores from inside of
the cluster (storage check), then updates the backend and waits for it. Run it again after any change, or to go on.

  --context NAME         a context of your kubeconfig (the current one)
  --registry REGISTRY    where the image was pushed: registry.example.com means registry.example.com/ai-doc-backend:latest
  --image NAME[:TAG]     another image, such as ai-doc-backend:1.4 or NAME@sha256:..., with --registry or by its whole name;
                         with neither, the nodes must have ai-doc-backend:latest themselves (kind load, minikube image load)
  --component NAME       with k8s/components/NAME too, once for each: shared-folders, nginx-lb, gateway-api, monitoring,
                         cloudnative-pg
  --keep-secrets         leave Secret ai-doc-secrets as it is in the cluster: it is there already, or another tool manages it
  --timeout DURATION     how long each wait may take: 90s, 10m (5m); the storage check three times that
  --dry-run              all checks, and the cluster's word on each object; changes nothing
  --delete               delete what was deployed; asks first; volumes, Secret and namespace stay, and it says how they go
  --yes                  do not ask

stdout: what became of each object, and where it serves. Everything else goes to stderr.
Exit codes: 0 done, 1 failed, 2 usage, 4 refused before anything was changed, 130 and 143 ended by SIGINT and SIGTERM
USAGE
}

usage_error() {
    say "deploy-k8s.sh: $*"
    usage >&2
    exit 2
}

namespace=ai-doc
secret=ai-doc-secrets
config=ai-doc-config
backend=ai-doc-backend

main() {
    read_options "$@"
    # Rendered manifests are nobody else's business, and a folder in TMPDIR can be looked into.
    umask 077
    work=$(mktemp -d "${TMPDIR:-/tmp}/ai-doc-deploy.XXXXXX")
    work=$(CDPATH='' cd -- "$work" && pwd -P)
    trap 'clean_up' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP

    require_kubectl
    choose_context
    if [ "$action" = delete ]; then
        require_cluster
        delete_deployment
        return
    fi
    render "$work/all.yaml"
    check_secrets_file
    refuse_if_objected
    require_cluster
    check_cluster
    check_validity
    refuse_if_objected
    case $action in
        dry-run) say 'Dry run: nothing was changed.' ;;
        deploy) deploy ;;
    esac
}

read_options() {
    action=deploy context='' registry='' image='' components='' keep_secrets='' timeout=300 yes=''
    while [ $# -gt 0 ]; do
        case $1 in
            --context=* | --registry=* | --image=* | --component=* | --timeout=*)
                option=${1%%=*} value=${1#*=}
                ;;
            --context | --registry | --image | --component | --timeout)
                [ $# -gt 1 ] || usage_error "$1 needs a value"
                option=$1 value=$2
                shift
                ;;
            *) option=$1 value=none ;;
        esac
        [ -n "$value" ] || usage_error "$option needs a value"
        case $option in
            --context) context=$value ;;
            --registry) registry=$value ;;
            --image) image=$value ;;
            --component) add_component "$value" ;;
            --timeout) timeout=$(seconds_of "$value") || usage_error "--timeout $value: write it like 90s, 10m or 1h" ;;
            --keep-secrets) keep_secrets=yes ;;
            --dry-run) choose_action dry-run ;;
            --delete) choose_action delete ;;
            --yes) yes=yes ;;
            -h | --help) usage && exit 0 ;;
            *) usage_error "unknown option: $1" ;;
        esac
        shift
    done
    choose_image
}

choose_action() {
    [ "$action" = deploy ] || [ "$action" = "$1" ] || usage_error '--dry-run and --delete exclude each other'
    action=$1
}

add_component() {
    case $1 in
        '' | *[!a-z0-9-]*) usage_error "--component $1: no such component" ;;
    esac
    [ -f "$root/k8s/components/$1/kustomization.yaml" ] ||
        usage_error "--component $1: there is no k8s/components/$1; there are: $(known_components)"
    case " $components " in *" $1 "*) ;; *) components="$components $1" ;; esac
}

known_components() {
    for component_file in "$root"/k8s/components/*/kustomization.yaml; do
        component_folder=${component_file%/kustomization.yaml}
        printf '%s ' "${component_folder##*/}"
    done
}

# seconds_of 90 | 90s | 10m | 1h
seconds_of() {
    seconds_number=${1%[smh]}
    case $seconds_number in '' | 0* | *[!0-9]* | ??????*) return 1 ;; esac
    case $1 in
        *h) echo $((seconds_number * 3600)) ;;
        *m) echo $((seconds_number * 60)) ;;
        *) echo "$seconds_number" ;;
    esac
}

deploy() {
    changed=yes
    # Kustomize puts the namespace first, and the Secret must be there before any Pod.
    apply_stage foundation
    apply_secret
    say 'Starting PostgreSQL and the stores ...'
    apply_stage stores
    wait_for_stage stores
    check_stores
    apply_stage backend
    wait_for_stage backend
    wait_for_minimum
    report
}

clean_up() {
    status=$?
    trap '' INT TERM HUP
    set +e
    stop_storage_check
    rm -rf "$work"
    case $status in
        0 | 2 | 4) ;;
        *) [ -z "${changed:-}" ] || say 'What was applied stays; run deploy-k8s.sh again to go on.' ;;
    esac
    exit "$status"
}

main "$@"
