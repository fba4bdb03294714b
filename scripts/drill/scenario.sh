# shellcheck shell=sh
# What scenarios are written with. Included by drill.sh, whose variables it uses.
# shellcheck disable=SC2154

# A scenario says what it does, and what it must keep: goals as 'drills.jar report --help' lists them. Some are about what
# backends say of themselves.
must_keep() {
    for must_goal; do
        case $watched,$must_goal in
            ,detected-seconds=* | ,breaker-seconds=* | ,refused-millis=*)
                what="$what No backend can be asked from here, so ${must_goal%%=*} is no goal."
                ;;
            *) goals="$goals --goal $must_goal" ;;
        esac
    done
}

# mark NAME TEXT: now.
mark() {
    printf '%s %s %s\n' "$(date +%s%3N)" "$1" "$2" >>"$folder/marks"
    say "      $2"
}

# check met|missed NAME MEASURED ALLOWED
check() {
    printf '%s %s | %s | %s\n' "$1" "$2" "$3" "$4" >>"$folder/checks"
}

# check_that NAME MEASURED ALLOWED: they must be equal.
check_that() {
    if [ "$2" = "$3" ]; then check met "$@"; else check missed "$@"; fi
}

# Of most drills a goal: that nobody had to lend a hand.
no_backend_was_restarted() {
    check_that 'backends that had to be restarted' "$(instances_restarted)" 0
}

# await SECONDS COMMAND...: until it succeeds; fails after that time.
await() {
    await_until=$(($(now_ms) + $1 * 1000))
    shift
    until "$@"; do
        [ "$(now_ms)" -lt "$await_until" ] || return 1
        sleep 0.1
    done
}
