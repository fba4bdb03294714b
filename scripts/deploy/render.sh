# shellcheck shell=sh
# The manifests as they are to be applied: k8s/ and the wanted components by a kustomization of our own, made anew in the
# temporary folder, so that nothing in the project is edited.
# Needs cluster.sh and image.sh, and $work.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

# render FILE [SUFFIX]: SUFFIX is put behind each name, for a trial in another namespace.
render() {
    render_folder=$work/overlay
    mkdir -p "$render_folder"
    overlay "${2:-}" >"$render_folder/kustomization.yaml"
    kubectl kustomize "$render_folder" >"$1" 2>"$work/kustomize" || {
        tail_of "$work/kustomize"
        die 'k8s/ could not be rendered: see above'
    }
}

# The Secret is applied by itself, and left out of what is rendered. The Pods' annotation names the versions of what they
# read only when they start: a changed Secret or ConfigMap starts them anew, also when an earlier run was interrupted.
overlay() {
    cat <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
sortOptions: {order: legacy}
resources:
- $(from_overlay k8s)
YAML
    [ -z "$components" ] || echo 'components:'
    for overlay_component in $components; do
        printf -- '- %s\n' "$(from_overlay "k8s/components/$overlay_component")"
    done
    [ -z "${1:-}" ] || echo "nameSuffix: $1"
    overlay_images
    echo 'patches:'
    delete_patch Secret "$secret"
    restart_patch Deployment backend "${secret_version:-none}.${config_version:-none}"
    restart_patch Deployment object-store "${secret_version:-none}"
    restart_patch StatefulSet object-store "${secret_version:-none}"
    [ -z "${leave_namespace:-}" ] || delete_patch Namespace "$namespace"
}

# from_overlay PATH: a path in the project as Kustomize wants it, relative, quoted for YAML.
from_overlay() {
    printf "'%s%s'" "$(printf '%s' "$render_folder" | sed 's|/[^/][^/]*|../|g')" \
        "$(printf '%s' "${root#/}/$1" | sed "s/'/''/g")"
}

overlay_images() {
    [ -n "$image_name" ] || return 0
    cat <<YAML
images:
- name: $image_in_manifests
  newName: '$image_name'
YAML
    [ -z "$image_tag" ] || echo "  newTag: '$image_tag'"
    [ -z "$image_digest" ] || echo "  digest: '$image_digest'"
}

delete_patch() {
    cat <<YAML
- target: {kind: $1, name: $2}
  patch: |
    \$patch: delete
    apiVersion: v1
    kind: $1
    metadata: {name: any}
YAML
}

restart_patch() {
    cat <<YAML
- target: {kind: $1, labelSelector: app.kubernetes.io/component=$2}
  patch: |
    apiVersion: apps/v1
    kind: $1
    metadata: {name: any}
    spec: {template: {metadata: {annotations: {ai-doc/settings: '$3'}}}}
YAML
}

# --- Questions about what was rendered. Kustomize writes it in one way only: block style, keys in order, two spaces. ---

# rendered_kinds FILE: each apiVersion and kind once.
rendered_kinds() {
    awk '/^apiVersion: / { version = $2 } /^kind: / { print version, $2 }' "$1" | sort -u
}

# rendered_has FILE KIND
rendered_has() {
    grep -Fqx "kind: $2" "$1"
}

# rendered_values FILE KEY: the values that KEY has anywhere.
rendered_values() {
    sed -n "s/^[ -]*$2: *//p" "$1" | tr -d "\"'" | sort -u
}

# rendered_secret_keys FILE: the keys of our Secret that a Pod can not start without, in variables and in volumes.
rendered_secret_keys() {
    awk -v secret="$secret" '
        function done() {
            if (name == secret && optional != "true") printf "%s", keys
            keys = name = optional = ""
            inside = 0
        }
        { match($0, /[^ -]/); indent = RSTART }
        inside && indent <= inside { done() }
        $NF == "secretKeyRef:" || $NF == "secret:" { inside = indent; next }
        !inside { next }
        $1 == "key:" || $2 == "key:" { keys = keys $NF "\n" }
        $1 == "name:" || $1 == "secretName:" { name = $2 }
        $1 == "optional:" { optional = $2 }
        END { done() }' "$1" | sort -u
}

# image_of FILE: the image of the backend, by the name that was chosen or that the manifests have.
image_of() {
    rendered_values "$1" image | grep -E "^${image_name:-$image_in_manifests}([:@]|\$)" | head -n 1
}
