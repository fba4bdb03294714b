# shellcheck shell=sh
# Backups against pg_dump in a pipe. Included by bench.sh, whose variables and those of its libraries it uses.
# shellcheck disable=SC2034,SC2154

# bench_backup [--short]
bench_backup() {
    case $1 in
        --short) bench_rows=600000 bench_runs=3 ;;
        *) bench_rows=2700000 bench_runs=5 ;;
    esac
    require_application postgresql gzip setpriv getconf
    chmod 711 "$bench_dir"
    bench_database
    bench_pgbackrest_set_up
    bench_rounds bench_round
    bench_goals
}

# All sides once, one after the other.
bench_round() {
    bench_measure "$1" dump bench_dump
    bench_measure "$1" pipe bench_pipe
    bench_measure "$1" gzip bench_ours gzip
    bench_measure "$1" zstd bench_ours zstd
    [ -z "$bench_pgbackrest_conf" ] || bench_measure "$1" pgbackrest bench_pgbackrest
}

# bench_measure RUN SIDE COMMAND...: the command leaves its bytes in $bench_bytes. CPU is that of all its processes and of
# the server's backends.
bench_measure() {
    bench_label="$1 $2"
    bench_side=$2
    shift 2
    rm -rf "$BACKUP_DIR" "$bench_dir/pipe.gz" "$pg_home/pgbackrest"
    mkdir -p "$BACKUP_DIR"
    bench_peak=0
    sync
    bench_cpu=$(bench_cpu_now)
    bench_start=$(now_ms)
    "$@"
    bench_wall=$(($(now_ms) - bench_start))
    # A backend is counted when the server has seen its end.
    sleep 0.5
    bench_cpu=$(($(bench_cpu_now) - bench_cpu))
    echo "$bench_side $bench_wall $bench_cpu $bench_bytes $bench_peak" >>"$bench_results"
    printf 'run %s: %d ms, CPU %d ms, %d bytes, %d kB resident\n' \
        "$bench_label" "$bench_wall" "$bench_cpu" "$bench_bytes" "$bench_peak"
}

bench_cpu_now() {
    echo $(($(cpu_ms_of_children $$) + $(cpu_ms_of_children "$(pg_pid)")))
}

bench_dump() {
    "$pg_bin/pg_dump" -w >/dev/null
    bench_bytes=0
}

bench_pipe() {
    "$pg_bin/pg_dump" -w | gzip -6 >"$bench_dir/pipe.gz"
    bench_bytes=$(wc -c <"$bench_dir/pipe.gz")
}

# bench_ours COMPRESSION
bench_ours() {
    bench_backup_of database "$1"
    bench_bytes=$(wc -c <"$(cat "$bench_dir/path")")
}

# A first full backup by Debian's pgBackRest, with the compression that it advises and a process a core; it copies the
# data folder, indexes and all. Left out where it is not installed, since nothing else needs it.
bench_pgbackrest_set_up() {
    bench_pgbackrest_conf=
    if ! command -v pgbackrest >/dev/null 2>&1; then
        say 'pgbackrest is not installed: the comparison with it is left out'
        return 0
    fi
    bench_pgbackrest_conf=$pg_home/pgbackrest.conf
    as_pg tee "$bench_pgbackrest_conf" >/dev/null <<CONF
[global]
repo1-path=$pg_home/pgbackrest
log-level-file=off
repo1-retention-full=9999
lock-path=$pg_home/pgbackrest-lock
log-level-console=warn
compress-type=zst
process-max=$(getconf _NPROCESSORS_ONLN)
archive-check=n
start-fast=y
[bench]
pg1-path=$pg_data
pg1-port=$pg_port
pg1-socket-path=$pg_socket
CONF
}

bench_pgbackrest() {
    as_pg pgbackrest --config="$bench_pgbackrest_conf" --stanza=bench --no-online stanza-create >/dev/null ||
        die 'pgbackrest can not be set up: see above'
    as_pg pgbackrest --config="$bench_pgbackrest_conf" --stanza=bench --type=full backup >/dev/null ||
        die 'pgbackrest failed: see above'
    bench_bytes=$(du -sb "$pg_home/pgbackrest/backup" | cut -f 1)
}

bench_goals() {
    goal backup-gzip-wall "$(bench_ratio gzip 2 pipe)" 0.40
    goal backup-zstd-wall "$(bench_ratio zstd 2 pipe)" 0.33
    goal backup-zstd-cpu "$(bench_ratio zstd 3 pipe)" 0.42
    goal backup-zstd-bytes "$(bench_ratio zstd 4 pipe)" 0.86
    goal backup-zstd-wall-by-dump-alone "$(bench_ratio zstd 2 dump)" 1.25
    if [ -n "$bench_pgbackrest_conf" ]; then
        goal backup-zstd-wall-by-pgbackrest "$(bench_ratio zstd 2 pgbackrest)" 0.85
        goal backup-zstd-bytes-by-pgbackrest "$(bench_ratio zstd 4 pgbackrest)" 0.7
    fi
    goal backup-memory-mb "$(awk '$5 > most { most = $5 } END { print most / 1024 }' "$bench_results")" 128
}
