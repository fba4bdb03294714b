# shellcheck shell=sh
# Whether the cluster has what the manifests need, and lets us do it. Changes nothing.
# Needs cluster.sh, render.sh and secrets.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

check_cluster() {
    say 'Checking the cluster ...'
    kube api-resources --no-headers 2>/dev/null >"$work/api-resources" || :
    [ -s "$work/api-resources" ] || refuse 'the cluster does not say what kinds of objects it has'
    rendered_kinds "$work/all.yaml" | resources_of_kinds >"$work/kinds"
    has_namespace=
    ! namespace_exists || has_namespace=yes
    check_kinds
    check_rights
    check_secret_in_cluster
    check_storage_classes
    check_ingress_class
    check_metrics
    check_image
    check_home_of_backups
}

# resources_of_kinds: behind each line "apps/v1 Deployment" the name in the API, deployments.apps; nothing if unknown.
resources_of_kinds() {
    awk '
        function group(version) { return version ~ /\// ? substr(version, 1, index(version, "/") - 1) : "" }
        NR == FNR { name[group($(NF - 2)) "/" $NF] = $1; next }
        {
            known = name[group($1) "/" $2]
            print $1, $2, known (known != "" && group($1) != "" ? "." group($1) : "")
        }' "$work/api-resources" -
}

check_kinds() {
    while read -r kind_version kind_name kind_resource; do
        [ -n "$kind_resource" ] ||
            object "this cluster knows no $kind_name of $kind_version: $(kind_advice "$kind_version")"
    done <"$work/kinds"
}

kind_advice() {
    case $1 in
        gateway.networking.k8s.io/*) echo 'install Gateway API and a controller for it, or leave out --component gateway-api' ;;
        monitoring.coreos.com/*) echo 'install the Prometheus operator, or leave out --component monitoring' ;;
        postgresql.cnpg.io/*) echo 'install the operator CloudNativePG, or leave out --component cloudnative-pg' ;;
        *) echo 'is something missing in it?' ;;
    esac
}

may() {
    [ "$(kube auth can-i "$@" -n "$namespace" 2>/dev/null </dev/null)" = yes ]
}

# To make new ones; the trial of all objects then asks for the right to change those that are there.
check_rights() {
    leave_namespace=
    while read -r kind_version kind_name kind_resource; do
        case $kind_resource in
            '') ;;
            namespaces) check_right_to_namespace ;;
            *) need_right create "$kind_resource" ;;
        esac
    done <"$work/kinds"
    [ -n "$keep_secrets" ] || need_right create secrets
    need_right create jobs.batch
    need_right list pods
}

need_right() {
    may "$@" || object "you may not $1 $2 in namespace $namespace: ask for a role that may"
}

# Often somebody else makes namespaces, and only they may change them.
check_right_to_namespace() {
    if [ -z "$has_namespace" ]; then
        may create namespaces || object "namespace $namespace is not there and you may not create it: ask for it"
    elif ! may patch namespaces; then
        leave_namespace=yes
        warn "you may not change namespace $namespace: it stays as it is, without the labels of k8s/ for Pod security"
    fi
}

check_storage_classes() {
    storage_classes=$(kube get storageclasses -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.storageclass\.kubernetes\.io/is-default-class}{"\n"}{end}' \
        2>/dev/null) || {
        warn 'you may not see the StorageClasses: they were not checked'
        return 0
    }
    storage_classes_named=$(rendered_values "$work/all.yaml" storageClassName)
    for storage_class in $storage_classes_named; do
        printf '%s\n' "$storage_classes" | grep -q "^$storage_class " ||
            object "there is no StorageClass $storage_class, which k8s/ names"
    done
    printf '%s\n' "$storage_classes" | grep -q ' true$' && return 0
    [ -n "$(rendered_unclassed_claims)" ] || return 0
    # Claims that have their volume need no class any more.
    [ -z "$has_namespace" ] || [ -z "$(kube get pvc -n "$namespace" -o name)" ] || return 0
    object "no StorageClass is the default one: name one as storageClassName in k8s/, or mark one of:" \
        "$(first_words "$storage_classes")"
}

# A line for each claim in the manifests, of its own or of a StatefulSet, that names no class.
rendered_unclassed_claims() {
    awk '
        function done() { if (claims > classes) print "claim"; claims = classes = 0 }
        /^---/ { done() }
        /accessModes:$/ { claims++ }
        /storageClassName: / { classes++ }
        END { done() }' "$work/all.yaml"
}

check_ingress_class() {
    rendered_has "$work/all.yaml" Ingress || return 0
    # Then clients come in by that (nginx-lb), and the Ingress is a second way in for who wants it.
    ! rendered_values "$work/all.yaml" type | grep -Fqx LoadBalancer || return 0
    ingress_classes=$(kube get ingressclasses -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.ingressclass\.kubernetes\.io/is-default-class}{"\n"}{end}' \
        2>/dev/null) || return 0
    ingress_class=$(rendered_values "$work/all.yaml" ingressClassName | head -n 1)
    if [ -z "$ingress_classes" ]; then
        warn 'no IngressClass: nobody will serve the Ingress. Install a controller, or --component nginx-lb or gateway-api'
    elif [ -z "$ingress_class" ]; then
        printf '%s\n' "$ingress_classes" | grep -q ' true$' ||
            warn "no IngressClass is the default one: set ingressClassName in k8s/ to one of: $(first_words "$ingress_classes")"
    else
        printf '%s\n' "$ingress_classes" | grep -q "^$ingress_class " ||
            warn "there is no IngressClass $ingress_class: set ingressClassName in k8s/ to one of: $(first_words "$ingress_classes")"
    fi
}

first_words() {
    printf '%s\n' "$1" | awk '{ printf "%s ", $1 }'
}

check_metrics() {
    kube get --raw /apis/metrics.k8s.io/v1beta1 >/dev/null 2>&1 ||
        warn 'no metrics API (metrics-server): the HPA keeps its minimum and can not scale by load'
}

check_image() {
    case ${image_name:-$image_in_manifests} in */*) return 0 ;; esac
    warn "image $(image_of "$work/all.yaml") names no registry: the nodes must have it themselves." \
        'Pushed to one? --registry registry.example.com'
}

check_home_of_backups() {
    if [ -z "$(rendered_values "$work/all.yaml" BACKUP_OFFSITE)" ]; then
        case $(rendered_values "$work/all.yaml" BACKUP_S3_ENDPOINT) in
            '') warn "backups are in a volume of this cluster alone: set BACKUP_OFFSITE ($config) to a place elsewhere" ;;
            *s3-backups*) warn "backups are in this cluster alone (s3-backups): set BACKUP_OFFSITE ($config) to a place elsewhere" ;;
        esac
    fi
}

# --- What the server itself says of each object -----------------------------------------------------------------------

# A namespace that is not there yet refuses everything; the trial is then made in "default", under other names.
check_validity() {
    say 'Asking the cluster whether it would take each object ...'
    secret_version=$(version_in_cluster "secret/$secret")
    config_version=$(version_in_cluster "configmap/$config")
    render "$work/all.yaml"
    if [ -n "$has_namespace" ]; then
        trial=$work/all.yaml
    else
        trial=$work/trial.yaml
        render "$work/suffixed.yaml" -dry-run
        sed "s/^  namespace: $namespace\$/  namespace: default/" "$work/suffixed.yaml" >"$trial"
    fi
    if ! kube apply --dry-run=server -f "$trial" >"$work/trial" 2>"$work/trial-errors"; then
        sed 's/^/    /' "$work/trial-errors" >&2
        if grep -q 'does not support dry run' "$work/trial-errors"; then
            warn 'an admission webhook of this cluster takes part in no dry run: what it will say is not known'
        else
            object 'the cluster would not take these objects: see above'
        fi
    fi
    [ "$action" != dry-run ] || sed 's/-dry-run / /' "$work/trial"
}

# version_in_cluster KIND/NAME: nothing if it is not there.
version_in_cluster() {
    [ -z "$has_namespace" ] ||
        kube get "$1" -n "$namespace" --ignore-not-found -o 'jsonpath={.metadata.resourceVersion}' 2>/dev/null || :
}
