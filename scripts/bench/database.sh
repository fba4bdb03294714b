# shellcheck shell=sh
# A private PostgreSQL with rows, and backups of it. Included by bench.sh, whose variables and those of its libraries it uses.
# shellcheck disable=SC2034,SC2154

# A small heap on purpose: memory must not depend on the size of the database. Little in it is young: buffers are used
# again and again.
bench_java_options='-Xmx64m -XX:+UseSerialGC -Xmn8m'

# bench_database: with $bench_rows rows.
bench_database() {
    DB_PASSWORD=$(kept_secret "$bench_dir/secret")
    pg_open "$bench_dir/postgres"
    pg_create
    pg_start
    pg_set_password "$DB_PASSWORD"
    DB_HOST=127.0.0.1 DB_PORT=$pg_port DB_USER=$pg_role DB_NAME=$pg_database PG_BIN=$pg_bin
    BACKUP_DIR=$bench_dir/backups
    export DB_PASSWORD DB_HOST DB_PORT DB_USER DB_NAME PG_BIN BACKUP_DIR
    PGHOST=$DB_HOST PGPORT=$DB_PORT PGUSER=$DB_USER PGDATABASE=$DB_NAME PGPASSWORD=$DB_PASSWORD
    export PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD
    say "Making $bench_rows rows ..."
    "$pg_bin/psql" -X -q -w -v ON_ERROR_STOP=1 -v rows="$bench_rows" -f "$root/scripts/bench/rows.sql" ||
        die 'the rows could not be made: see above'
}

# bench_backup_of TYPE COMPRESSION: its path is in $bench_dir/path, its largest resident size in kB in $bench_peak. That is
# asked for while it runs: Linux forgets it with the process. Seldom, since asking counts as well.
bench_backup_of() {
    # shellcheck disable=SC2086  # a list of options
    BACKUP_COMPRESSION=$2 "$java" $bench_java_options -jar "$jar" backup "$1" >"$bench_dir/path" \
        2>"$bench_dir/log" &
    bench_pid=$!
    while bench_seen=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$bench_pid/status" 2>/dev/null) &&
        [ -n "$bench_seen" ]; do
        bench_peak=$bench_seen
        sleep 0.2
    done
    wait "$bench_pid" || { tail_of "$bench_dir/log" && die 'the backup failed: see above'; }
}

# What a switch has kept would else be more and more.
bench_drop_kept() {
    bench_kept=$("$pg_bin/psql" -X -q -w -A -t -d postgres -v live="$pg_database" <<'SQL'
SELECT format('DROP DATABASE %I;', datname) FROM pg_database WHERE starts_with(datname, :'live' || '_b_')
SQL
)
    "$pg_bin/psql" -X -q -w -d postgres -c "$bench_kept"
}
