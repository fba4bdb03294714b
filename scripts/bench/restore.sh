# shellcheck shell=sh
# Restores and test restores against gunzip and psql in a pipe. Included by bench.sh, whose variables and those of its
# libraries it uses.
# shellcheck disable=SC2034,SC2154

# bench_restore [--short]
bench_restore() {
    case $1 in
        --short) bench_rows=600000 bench_runs=3 ;;
        *) bench_rows=2700000 bench_runs=5 ;;
    esac
    require_application postgresql gzip setpriv getconf
    chmod 711 "$bench_dir"
    bench_database
    bench_split
    mkdir -p "$BACKUP_DIR"
    bench_backup_of database gzip
    bench_dump=$(cat "$bench_dir/path")
    bench_rounds bench_restores
    goal restore-wall-by-pipe "$(bench_ratio switch 2 pipe)" 1.2
    goal verify-wall-by-pipe "$(bench_ratio verify 2 pipe)" 1.0
}

# Into four tables: of a single one nothing can be read back before all of it is loaded.
bench_split() {
    for bench_part in 0 1 2 3; do
        "$pg_bin/psql" -X -q -w -v ON_ERROR_STOP=1 -v part="$bench_part" -f - <<'SQL' || die 'the rows could not be split: see above'
SELECT 'events_' || :'part' AS name \gset
CREATE TABLE :name AS SELECT * FROM events WHERE id % 4 = :part ORDER BY id;
ALTER TABLE :name ADD PRIMARY KEY (id);
SQL
    done
    "$pg_bin/psql" -X -q -w -c 'DROP TABLE events' -c 'VACUUM ANALYZE events_0, events_1, events_2, events_3'
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
