# shellcheck shell=sh
# What a backup keeps resident, by the size of what is backed up. Included by bench.sh, whose variables and those of its
# libraries it uses.
# shellcheck disable=SC2154

# bench_memory [--short]
bench_memory() {
    case $1 in
        --short) bench_sizes='600000 1200000' bench_object_mb=300 ;;
        *) bench_sizes='2700000 25000000' bench_object_mb=5120 ;;
    esac
    require_application postgresql gzip setpriv getconf
    chmod 711 "$bench_dir"
    STORAGE_TYPE=local STORAGE_DIR=$bench_dir/storage
    export STORAGE_TYPE STORAGE_DIR
    bench_rows=0
    bench_database
    for bench_rows in $bench_sizes; do
        bench_fill
        for bench_compression in gzip zstd; do
            bench_resident "$bench_rows-rows-$bench_compression" database "$bench_compression"
        done
    done
    mkdir -p "$STORAGE_DIR"
    bench_object 1
    bench_resident object-1-mb storage gzip
    bench_object "$bench_object_mb"
    bench_resident "object-$bench_object_mb-mb" storage gzip
}

bench_fill() {
    say "Making $bench_rows rows ..."
    "$pg_bin/psql" -X -q -w -c 'DROP TABLE events'
    "$pg_bin/psql" -X -q -w -v ON_ERROR_STOP=1 -v rows="$bench_rows" -f "$root/scripts/bench/rows.sql" ||
        die 'the rows could not be made: see above'
}

# bench_object MEGABYTES: of bytes that nothing can shorten.
bench_object() {
    head -c "$(($1 * 1048576))" /dev/urandom >"$STORAGE_DIR/object-$1.bin"
}

# bench_resident NAME TYPE COMPRESSION
bench_resident() {
    rm -rf "$BACKUP_DIR"
    mkdir -p "$BACKUP_DIR"
    bench_peak=0
    bench_start=$(now_ms)
    bench_backup_of "$2" "$3"
    printf '%s: %d ms, %d kB resident\n' "$1" "$(($(now_ms) - bench_start))" "$bench_peak"
    goal "memory-mb-$1" "$((bench_peak / 1024))" 128
}
