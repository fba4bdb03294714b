# shellcheck shell=sh
# What a script tells its user. Results go to stdout, everything here to stderr.

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "${0##*/}: $*"
    exit 1
}

# tail_of FILE: its last lines, indented, to explain a failure.
tail_of() {
    [ ! -f "$1" ] || tail -n 20 "$1" | sed 's/^/    /' >&2
}
