# shellcheck shell=sh
# What the users of a backend see of a restore, by live switch and in place. Included by bench.sh, whose variables and those
# of its libraries it uses.
# shellcheck disable=SC2034,SC2154

bench_clients=32

# bench_outage [--short]
bench_outage() {
    case $1 in
        --short) bench_rows=600000 bench_switches=3 bench_in_place=1 ;;
        *) bench_rows=2700000 bench_switches=20 bench_in_place=3 ;;
    esac
    require_application postgresql curl setpriv
    bench_classes=$root/sample-app/target/test-classes
    [ -d "$bench_classes" ] || die "$bench_classes is not there: this measures only what was built here"
    chmod 711 "$bench_dir"
    bench_database
    bench_serve
    # The backup's id and those of the documents in it.
    bench_prepared=$(bench_client prepare "$bench_url" 100)
    bench_results=$bench_dir/results
    : >"$bench_results"
    bench_restores switch "$bench_switches"
    bench_restores in_place "$bench_in_place"
    goal outage-switch-median-seconds "$(bench_outages switch 2 | median)" 0.3
    goal outage-switch-worst-seconds "$(bench_outages switch 2 | sort -n | tail -n 1)" 1.5
    for bench_mode in switch in_place; do
        printf '%s: the longest request took %s s (median of all restores), %s s (worst)\n' "$bench_mode" \
            "$(bench_outages "$bench_mode" 6 | median)" "$(bench_outages "$bench_mode" 6 | sort -n | tail -n 1)"
    done
}

# bench_restores MODE COUNT
bench_restores() {
    bench_run=0
    while [ "$bench_run" -lt "$2" ]; do
        bench_run=$((bench_run + 1))
        # shellcheck disable=SC2086  # a list of ids
        bench_client restore "$bench_url" "$bench_clients" "$1" $bench_prepared >"$bench_dir/outage"
        awk -v run="$bench_run" -v mode="$1" '{
            printf "run %d %s: %d ms from the first failed request to the first served one, %d ms to the last failed one,", run, mode, $1, $2
            printf " %d of %d failed, the longest took %d ms; the restore %d ms\n", $3, $4, $5, $6
        }' "$bench_dir/outage"
        sed "s/^/$1 /" "$bench_dir/outage" >>"$bench_results"
        bench_drop_kept
    done
}

# bench_outages MODE COLUMN: in seconds.
bench_outages() {
    awk -v mode="$1" -v column="$2" '$1 == mode { print $column / 1000 }' "$bench_results"
}

# bench_client STEP ARGUMENT...: in a process of its own.
bench_client() {
    TOKEN=$bench_token "$java" -XX:+UseSerialGC -cp "$bench_classes:$jar" dev.reliability.sample.bench.Outage "$@" \
        2>"$bench_dir/log" || { tail_of "$bench_dir/log" && die "outage $1 failed: see above"; }
}
