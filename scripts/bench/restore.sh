# shellcheck shell=sh
# Restores and test restores against gunzip and psql in a pipe. Included by bench.sh, whose variables and those of its
# libraries it uses.
# shellcheck disable=SC2154

# bench_restore [--short]
bench_restore() {
    case $1 in
        --short) bench_rows=600000 bench_runs=3 ;;
        *) bench_rows=2700000 bench_runs=5 ;;
    esac
    require_application postgresql gzip setpriv getconf
    chmod 711 "$bench_dir"
    bench_database
    mkdir -p "$BACKUP_DIR"
    bench_backup_of database gzip
    bench_dump=$(cat "$bench_dir/path")
    bench_rounds bench_restores
    goal restore-wall-by-pipe "$(bench_ratio switch 2 pipe)" 1.2
    goal verify-wall-by-pipe "$(bench_ratio verify 2 pipe)" 1.0
}

# All sides once, one after the other, each on a server that has no other copy of the rows than the live one.
bench_restores() {
    bench_time "$1" pipe bench_by_hand
    "$pg_bin/psql" -X -q -w -d postgres -c 'DROP DATABASE by_hand'
    bench_time "$1" switch bench_application restore --yes "$bench_dump"
    bench_drop_kept
    bench_time "$1" verify bench_application verify "$(basename "$bench_dump" .sql.gz | sed 's/^backup_//')"
}

# bench_time RUN SIDE COMMAND...
bench_time() {
    bench_label="$1 $2"
    bench_side=$2
    shift 2
    sync
    bench_start=$(now_ms)
    "$@"
    bench_wall=$(($(now_ms) - bench_start))
    echo "$bench_side $bench_wall" >>"$bench_results"
    printf 'run %s: %d ms\n' "$bench_label" "$bench_wall"
}

bench_by_hand() {
    "$pg_bin/psql" -X -q -w -d postgres -c 'CREATE DATABASE by_hand'
    gunzip -c "$bench_dump" | "$pg_bin/psql" -X -q -w -v ON_ERROR_STOP=1 -o /dev/null -d by_hand ||
        die 'gunzip and psql failed: see above'
}

bench_application() {
    # shellcheck disable=SC2086  # a list of options
    "$java" $bench_java_options -jar "$jar" "$@" >/dev/null 2>"$bench_dir/log" ||
        { tail_of "$bench_dir/log" && die 'that failed: see above'; }
}

# What a switch has kept would else be more and more.
bench_drop_kept() {
    bench_kept=$("$pg_bin/psql" -X -q -w -A -t -d postgres -v live="$pg_database" <<'SQL'
SELECT format('DROP DATABASE %I;', datname) FROM pg_database WHERE starts_with(datname, :'live' || '_b_')
SQL
)
    "$pg_bin/psql" -X -q -w -d postgres -c "$bench_kept"
}
