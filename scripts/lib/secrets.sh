# shellcheck shell=sh
# Secrets that are made once and kept, readable by their owner alone.

# kept_secret FILE: what FILE holds; at the first call 256 random bits as 64 hexadecimal digits.
kept_secret() {
    if [ ! -s "$1" ]; then
        (
            umask 077
            mkdir -p "${1%/*}"
            od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' >"$1.new"
            mv -f "$1.new" "$1"
        )
    fi
    cat "$1"
}

# given_or_kept NAME FILE: the caller's variable NAME, or the file that NAME_FILE names, else our own.
given_or_kept() {
    eval "given_value=\${$1:-} given_file=\${${1}_FILE:-}"
    # shellcheck disable=SC2154  # set by eval
    if [ -n "$given_value" ]; then
        printf '%s' "$given_value"
    elif [ -n "$given_file" ]; then
        cat "$given_file"
    else
        kept_secret "$2"
    fi
}
