# shellcheck shell=sh
# Where it serves, and what an operator might wonder about next. Needs cluster.sh and render.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

report() {
    echo
    report_addresses
    echo "from this machine: $kubectl_said port-forward -n $namespace service/$backend 8080:8080"
    report_image
    report_scale
}

# An address may take a while: what is not there yet is said with the command that shows it.
report_addresses() {
    ! rendered_has "$work/all.yaml" Ingress ||
        kube get ingress -n "$namespace" -l app.kubernetes.io/part-of=ai-doc -o 'jsonpath={range .items[*]}{.metadata.name}|{.spec.tls[0].secretName}|{.spec.rules[0].host}|{.status.loadBalancer.ingress[0].hostname}{.status.loadBalancer.ingress[0].ip}{"\n"}{end}' |
        while IFS='|' read -r name tls host address; do
            report_address ingress "$name" "http${tls:+s}" "${host:-$address}" "$address"
        done
    ! rendered_has "$work/all.yaml" Gateway ||
        kube get gateway -n "$namespace" -l app.kubernetes.io/part-of=ai-doc -o 'jsonpath={range .items[*]}{.metadata.name}|{.spec.listeners[0].protocol}|{.spec.listeners[0].hostname}|{.status.addresses[0].value}{"\n"}{end}' |
        while IFS='|' read -r name protocol host address; do
            report_address gateway "$name" "$(printf '%s' "$protocol" | tr '[:upper:]' '[:lower:]')" "${host:-$address}" "$address"
        done
    kube get service -n "$namespace" -l app.kubernetes.io/part-of=ai-doc -o 'jsonpath={range .items[?(@.spec.type=="LoadBalancer")]}{.metadata.name}|{.spec.ports[0].port}|{.status.loadBalancer.ingress[0].hostname}{.status.loadBalancer.ingress[0].ip}|{.spec.ports[0].nodePort}{"\n"}{end}' |
        while IFS='|' read -r name port address node_port; do
            report_address service "$name" http "${address:+$address:$port}" "${address:+$address:$port}"
            # Where nobody gives addresses, as in kind or on bare metal, this is the way in.
            [ -n "$address" ] || [ -z "$node_port" ] || echo "service/$name: http://NODE:$node_port/, where NODE runs one of its Pods"
        done
}

# report_address KIND NAME SCHEME HOST ADDRESS
report_address() {
    if [ -z "$5" ]; then
        echo "$1/$2: ${4:+$3://$4/, but }no address yet: $kubectl_said get $1 $2 -n $namespace"
    elif [ "$4" = "$5" ]; then
        echo "$1/$2: $3://$4/"
    else
        echo "$1/$2: $3://$4/ at address $5"
    fi
}

report_image() {
    report_image_name=$(image_of "$work/all.yaml")
    ! grep -Fqx "deployment.apps/$backend unchanged" "$work/applied" || case $report_image_name in
        *@*) ;;
        *:latest) say "The Pods keep the image that they have. Was another one pushed as $report_image_name?" \
            "$kubectl_said rollout restart deployment $backend -n $namespace; better, a tag for each build and --image" ;;
    esac
}

report_scale() {
    [ -n "${hpa_minimum:-}" ] || return 0
    say "The HPA keeps $hpa_minimum to ${hpa_bounds#* } Pods. After $kubectl_said scale deployment $backend --replicas=5 -n $namespace" \
        'there are five until the HPA decides next, which takes away again what the load does not need. To keep five, raise' \
        "minReplicas in k8s/, or until the next deployment: $kubectl_said patch hpa $backend -n $namespace" \
        "-p '{\"spec\":{\"minReplicas\":5}}'. At --replicas=0 the backend is off, and its HPA too, until it is scaled up."
}
