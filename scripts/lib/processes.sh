# shellcheck shell=sh
# Telling our processes from those of others: a pid from a file may have been given to somebody else since.

# has_argument PID TEXT: is PID alive, with TEXT as one whole argument of its command line?
has_argument() {
    case $1 in '' | *[!0-9]*) return 1 ;; esac
    if [ -d /proc/self ]; then
        { tr '\0' '\n' <"/proc/$1/cmdline"; } 2>/dev/null | grep -Fqx -- "$2"
    else
        ps -ww -o args= -p "$1" 2>/dev/null | grep -Fq -- "$2"
    fi
}

# is_alive PID: of a child too that has ended but was not waited for yet, which kill -0 takes for alive.
is_alive() {
    kill -0 "$1" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# ends_within PID SECONDS
ends_within() {
    ends_polls=$(($2 * 10))
    while is_alive "$1"; do
        [ "$ends_polls" -gt 0 ] || return 1
        ends_polls=$((ends_polls - 1))
        sleep 0.1
    done
}
