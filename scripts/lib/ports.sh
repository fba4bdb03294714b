# shellcheck shell=sh
# Which TCP ports are free. A bare Debian has no ss, so this reads what Linux itself shows; where it shows nothing
# every port counts as free, and whoever binds it finds out.

# port_is_taken PORT: does anybody listen on it, on any address?
port_is_taken() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
        awk -v port="$(printf ':%04X$' "$1")" '$4 == "0A" && $2 ~ port { found = 1 } END { exit !found }'
}

# free_port: one below the range from which Linux takes the ports of outgoing connections.
free_port() {
    while :; do
        port_candidate=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
        if ! port_is_taken "$port_candidate"; then
            echo "$port_candidate"
            return 0
        fi
    done
}
