# shellcheck shell=sh
# The load of a drill, in the background. Included by drill.sh, whose variables it uses.
# shellcheck disable=SC2154

load_pid=

# load_start: when it returns the first request is being sent. $load_options and $watched may add to it.
load_start() {
    rm -f "$folder/started" "$folder/over"
    # The second compiler would take from backends on the same cores more than it gives in a minute.
    # shellcheck disable=SC2086  # lists of options
    TOKEN=$target_token "$java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$drills_jar" load \
        --address "$target_url" --out "$folder" --rate "$rate" --seconds "$seconds" ${watched:+--backends "$watched"} $load_options \
        </dev/null >"$folder/load.log" 2>&1 &
    load_pid=$!
    await 120 load_has_started || load_failed
    load_began=$(now_ms)
}

load_has_started() {
    [ -e "$folder/started" ] || ! is_alive "$load_pid"
}

load_failed() {
    tail_of "$folder/load.log"
    die 'the load does not run: see above'
}

# load_until PERCENT: waits until so much of its time is over.
load_until() {
    load_moment=$((load_began + seconds * 10 * $1))
    while [ "$(now_ms)" -lt "$load_moment" ]; do
        is_alive "$load_pid" || load_failed
        sleep 0.1
    done
}

# load_end: when a few more seconds have shown how it goes on, waits until all requests are answered and every acknowledged document was looked after.
load_end() {
    load_last=$(($(now_ms) + 5000))
    while [ "$(now_ms)" -lt "$load_last" ]; do sleep 0.1; done
    : >"$folder/over"
    wait "$load_pid" || load_failed
    load_pid=
}

load_kill() {
    [ -z "$load_pid" ] || kill "$load_pid" 2>/dev/null
    load_pid=
}
