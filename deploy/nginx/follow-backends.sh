#!/bin/sh
# Runs nginx in front of the backends that are ready, for as long as it lives.
#
# nginx itself learns only from requests that fail, and a stopped process still accepts connections; and it asks for the
# addresses of names when it starts, never again. So every second this script asks each backend whether it is ready, and
# when the answer differs from before it reloads nginx with those that are. A reload breaks no request: workers of before
# finish theirs. Older than 1.27.4, nginx may close a connection on which a client just sends its next one: browsers and
# libraries send a GET again, and not a POST.
#
#   BACKENDS        names and ports, e.g. "backend-1:8080 backend-2:8080"; a name may stand for many addresses
#   BACKENDS_FILE   or a file with one of them a line, read again each second
#   NGINX_PORT      where nginx listens (8080)
#   NGINX_RUN_DIR   folder of all that is written (/tmp/nginx)
#   NGINX_CONF      its configuration (nginx.conf beside this script)
#   NGINX           the program (nginx)
#
# A backend that refuses or says 503 is out at once; one that is silent is asked twice, since a busy machine may be slow
# once. If none is ready, those of before stay that are only silent, as a machine that is too busy for probes may yet
# serve; without such, nginx tries them all: an answer of theirs says more than nginx could.
# SIGTERM and SIGQUIT end it when the requests that run are finished, SIGINT at once.
set -eu

probe_seconds=0.7

main() {
    [ -n "${BACKENDS:-}${BACKENDS_FILE:-}" ] || die 'BACKENDS or BACKENDS_FILE must say where the backends are'
    here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
    nginx=${NGINX:-nginx}
    run=${NGINX_RUN_DIR:-/tmp/nginx}
    for tool in curl getent timeout "$nginx"; do
        command -v "$tool" >/dev/null || die "$tool is not there"
    done
    mkdir -p "$run/temp"
    cp "${NGINX_CONF:-$here/nginx.conf}" "$run/nginx.conf"
    : >"$run/addresses"
    write_listen "${NGINX_PORT:-8080}"
    nginx_pid='' resolver_pid=''
    trap 'stop QUIT' TERM QUIT
    trap 'stop TERM' INT
    trap 'kill "$resolver_pid" 2>/dev/null || :' EXIT

    resolve
    ready='' known='' chosen=''
    look
    # -e: until the configuration is read, faults would go to a file that only root may write.
    "$nginx" -e stderr -p "$run/" -c nginx.conf &
    nginx_pid=$!
    resolve_for_ever &
    resolver_pid=$!
    while is_running "$nginx_pid"; do
        pause
        look
    done
    status=0
    wait "$nginx_pid" || status=$?
    die "nginx has ended by itself with exit code $status"
}

die() {
    say "$*"
    exit 1
}

say() {
    printf '%s follow-backends: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >&2
}

is_running() {
    kill -0 "$1" 2>/dev/null
}

# A trap runs when the command before it is over: waiting for a child is over at once.
pause() {
    sleep 1 &
    wait $! || :
}

# stop SIGNAL: hands it on, and ends with nginx.
# shellcheck disable=SC2317  # the traps call it
stop() {
    trap '' TERM QUIT INT
    kill "$resolver_pid" 2>/dev/null || :
    if [ -n "$nginx_pid" ]; then
        kill -s "$1" "$nginx_pid" 2>/dev/null || :
        wait "$nginx_pid" || :
    fi
    exit 0
}

# --- Addresses --------------------------------------------------------------------------------------------------------

# Beside the probes, not between them: a name server that does not answer must not keep them waiting.
resolve_for_ever() {
    trap - TERM QUIT INT EXIT
    while is_running $$; do
        sleep 1
        resolve
    done
}

# Writes the addresses of all backends, one "address:port backend" a line. A name that no server knows at the moment keeps
# those of before: a backend that is down has often lost its name, and the probe sees what it is worth.
resolve() {
    backends | while IFS=: read -r name port; do
        found=$(addresses_of "$name" | sed "s/\$/:$port $name:$port/")
        [ -n "$found" ] || found=$(awk -v backend="$name:$port" '$2 == backend' "$run/addresses")
        [ -z "$found" ] || printf '%s\n' "$found"
    done | sort -u >"$run/addresses.new"
    mv -f "$run/addresses.new" "$run/addresses"
}

backends() {
    if [ -n "${BACKENDS_FILE:-}" ]; then
        cat "$BACKENDS_FILE" 2>/dev/null || :
    else
        printf '%s\n' "$BACKENDS"
    fi | tr -s '[:blank:]' '\n' | grep -E '^[A-Za-z0-9._-]+:[0-9]+$' || :
}

# IPv4 where there is some: both kinds would make two of one backend.
addresses_of() {
    v4=$(timeout 3 getent ahostsv4 "$1" | awk '$2 == "STREAM" { print $1 }')
    if [ -n "$v4" ]; then
        printf '%s\n' "$v4"
    else
        timeout 3 getent ahostsv6 "$1" | awk '$2 == "STREAM" { print "[" $1 "]" }'
    fi
}

# --- Readiness --------------------------------------------------------------------------------------------------------

# Asks all, says so when the answer differs from before, and has nginx follow it.
look() {
    all=$(cut -d ' ' -f 1 "$run/addresses" | sort -u)
    answers=$(probe "$all")
    # Ready a moment ago, and silent now: a later answer replaces the earlier one.
    doubtful=$(printf '%s\n' "$answers" | awk '$3 == 28 { print $1 }' | grep -Fx -e "$ready" || :)
    answers=$answers'
'$(probe "$doubtful")
    answers=$(printf '%s\n' "$answers" | awk 'NF { last[$1] = $0 } END { for (each in last) print last[each] }' | sort)
    ready=$(printf '%s\n' "$answers" | awk '$2 == "200" { print $1 }')
    silent=$(printf '%s\n' "$answers" | awk '$3 == 28 { print $1 }' | grep -Fx -e "$chosen" || :)
    if [ "$all|$ready" != "$known" ]; then
        known="$all|$ready"
        tell
    fi
    write_upstream "${ready:-${silent:-$all}}"
}

# probe ADDRESSES: "address status exit-code" for each, all asked at once; status 000 is none, exit code 28 silence.
probe() {
    [ -n "$1" ] || return 0
    printf '%s\n' "$1" | while read -r address; do
        printf 'url = "http://%s/health/ready"\noutput = "/dev/null"\n' "$address"
    done | curl --config - --silent --parallel --parallel-immediate --noproxy '*' --max-time "$probe_seconds" \
        --write-out '%{url_effective} %{http_code} %{exitcode}\n' 2>/dev/null |
        sed 's#^http://##; s#/health/ready##' || :
}

tell() {
    out=$(printf '%s\n' "$answers" | awk 'NF && $2 != "200" { print $1 " (" ($2 == "000" ? "no answer" : $2) ")" }')
    # shellcheck disable=SC2086,SC2116  # lines become words
    say "ready: $(echo ${ready:-none}), out: $(echo ${out:-none})"
}

# --- nginx's files ----------------------------------------------------------------------------------------------------

write_listen() {
    case $1 in '' | *[!0-9]*) die "NGINX_PORT=$1 is not a port" ;; esac
    {
        echo "listen $1 backlog=1024;"
        # On a machine without IPv6 nginx would not start.
        [ -z "$(cat /proc/net/if_inet6 2>/dev/null)" ] || echo "listen [::]:$1 backlog=1024;"
    } >"$run/listen.conf"
}

# write_upstream ADDRESSES, and has nginx read them.
write_upstream() {
    if [ "$1" = "$chosen" ] && [ -n "$nginx_pid" ]; then
        return 0
    fi
    chosen=$1
    {
        # Since 1.27.4: a connection that a client just wants to use again is not closed by a reload.
        ! nginx_is_at_least 1 27 4 || echo 'keepalive_min_timeout 5s;'
        echo 'upstream backends {'
        echo '    zone backends 128k;'
        echo '    least_conn;'
        # Without any address nginx would not start; this one is never asked.
        [ -n "$1" ] || echo '    server 127.0.0.1:1 down;'
        printf '%s' "$1" | sed 's/.*/    server & max_fails=1 fail_timeout=2s;/'
        echo
        echo '    keepalive 64;'
        # Under the backend's 30 s, so that a request never meets its end.
        echo '    keepalive_timeout 20s;'
        echo '}'
    } >"$run/backends.conf.new"
    mv -f "$run/backends.conf.new" "$run/backends.conf"
    [ -z "$nginx_pid" ] || kill -HUP "$nginx_pid" 2>/dev/null || :
}

nginx_is_at_least() {
    "$nginx" -v 2>&1 | sed 's/.*nginx\/\([0-9.]*\).*/\1/' | awk -F. -v a="$1" -v b="$2" -v c="$3" \
        '{ exit !($1 > a || $1 == a && ($2 > b || $2 == b && $3 + 0 >= c)) }'
}

main "$@"
