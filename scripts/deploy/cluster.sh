# shellcheck shell=sh
# kubectl, and the cluster that it talks to. Needs messages.sh and tools.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

kubectl_minimum=1.27
server_minimum=1.30

# Every call names the context: that somebody changes the current one meanwhile must not move a deployment.
kube() {
    kubectl ${context:+"--context=$context"} "$@"
}

# refuse TEXT...: ends before anything was changed.
refuse() {
    say "deploy-k8s.sh: $*"
    exit 4
}

# object TEXT...: one of several reasons to refuse, so that they are all seen at once.
object() {
    say "  refused: $*"
    objected=yes
}

warn() {
    say "  warning: $*"
}

refuse_if_objected() {
    [ -z "${objected:-}" ] || refuse 'refused, see above. Nothing was changed.'
}

require_kubectl() {
    command -v kubectl >/dev/null ||
        refuse "missing: kubectl $kubectl_minimum or newer. https://kubernetes.io/docs/tasks/tools/ says how to get it"
    kubectl_version=$(kubectl version --client -o yaml | version_of clientVersion) || kubectl_version=
    version_at_least "$(numbers_of "$kubectl_version")" "$kubectl_minimum" ||
        refuse "kubectl is ${kubectl_version:-of an unknown version}: $kubectl_minimum or newer is needed," \
            'for components of Kustomize'
}

# version_of clientVersion|serverVersion: from what kubectl version -o yaml says.
version_of() {
    awk -v part="$1:" '/^[a-zA-Z]/ { inside = $1 == part } inside && $1 == "gitVersion:" { print $2 }'
}

# numbers_of v1.30.5-gke.100: 1 30
numbers_of() {
    printf '%s\n' "$1" | sed -n 's/^v\([0-9][0-9]*\)\.\([0-9][0-9]*\).*/\1 \2/p'
}

# Without a kubeconfig, as inside of a Pod, there is no context, and kubectl finds the cluster by itself.
choose_context() {
    if [ -z "$context" ]; then
        context=$(kubectl config current-context 2>/dev/null) || context=
    elif ! kubectl config get-contexts -o name | grep -Fqx -- "$context"; then
        refuse "there is no context $context; there are: $(kubectl config get-contexts -o name | tr '\n' ' ')"
    fi
    # As it stands in advice: whoever follows it must reach the same cluster.
    kubectl_said="kubectl${context:+ --context $context}"
}

require_cluster() {
    cluster_server=$(kube config view --minify -o 'jsonpath={.clusters[0].cluster.server}' 2>/dev/null) || cluster_server=
    say "Cluster: ${context:+context $context, }server ${cluster_server:-found by kubectl itself}"
    server_version=$(kube version --request-timeout=15s -o yaml 2>"$work/unreachable" | version_of serverVersion) ||
        server_version=
    if [ -z "$server_version" ]; then
        tail_of "$work/unreachable"
        refuse 'the cluster does not answer: is it the right context, and are you logged in?'
    fi
    version_at_least "$(numbers_of "$server_version")" "$server_minimum" ||
        refuse "the cluster is Kubernetes $server_version: $server_minimum or newer is needed"
}

namespace_exists() {
    [ -n "$(kube get namespace "$namespace" --ignore-not-found -o name)" ]
}
