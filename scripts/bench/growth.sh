# shellcheck shell=sh
# What does not grow with the number of backups, and what a night adds. Included by bench.sh, whose variables and those of
# its libraries it uses.
# shellcheck disable=SC2154

# Logback tells of each of the modules' test settings, and there are several here.
bench_java_options='-Xmx64m -XX:+UseSerialGC -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener'

# bench_growth [--short]
bench_growth() {
    case $1 in
        --short) bench_backups=100 bench_documents=500 ;;
        *) bench_backups=1000 bench_documents=10000 ;;
    esac
    require_application
    bench_classes=$root/sample-app/target/test-classes
    bench_s3=$root/reliability-s3/target
    for bench_part in "$bench_classes" "$bench_s3/test-classes" "$bench_s3/test.classpath"; do
        [ -e "$bench_part" ] || die "$bench_part is not there: this measures only what was built here"
    done
    bench_lists
    bench_nights
}

# growth STEP ARGUMENT...: in a process of its own.
growth() {
    # shellcheck disable=SC2086  # a list of options
    "$java" $bench_java_options -cp "$(growth_classpath)" dev.reliability.sample.bench.Growth "$@" \
        2>"$bench_dir/log" || { tail_of "$bench_dir/log" && die "growth $1 failed: see above"; }
}

growth_classpath() {
    echo "$bench_classes:$jar:$root/reliability-backup/target/test-classes:$bench_s3/test-classes:$(cat "$bench_s3/test.classpath")"
}

# --- Lists ------------------------------------------------------------------------------------------------------------

bench_lists() {
    bench_repository folder "$bench_dir/repository"
    bench_serve_s3
    bench_repository s3 "$bench_url"
    bench_list s3-20-ms-away "$bench_url" 20 1000
    goal growth-list-s3-20-ms-away-seconds "$(bench_first_seconds)" 1
    kill "$bench_server" 2>/dev/null
    bench_server=
}

# bench_repository NAME PLACE: first a tenth of it, to see what grows.
bench_repository() {
    bench_tenth=$((bench_backups / 10))
    say "Making $bench_backups backups and $((bench_backups * 100)) blobs ($1) ..."
    growth fill "$2" 0 "$bench_tenth" 100
    bench_list "$1" "$2" 0 1000
    bench_small=$(bench_column 4)
    growth fill "$2" "$bench_tenth" "$bench_backups" 100
    bench_list "$1-newest-100" "$2" 0 100
    goal "growth-list-$1-newest-100-seconds" "$(bench_first_seconds)" 1
    bench_list "$1" "$2" 0 1000
    goal "growth-list-$1-seconds" "$(bench_first_seconds)" 1
    goal "growth-list-$1-memory-by-a-tenth" "$(bench_column 4 | awk -v small="$bench_small" '{ print $1 / small }')" 1.2
}

# bench_list NAME PLACE MILLIS LIMIT: three times, each in a process of its own.
bench_list() {
    : >"$bench_dir/lists"
    for bench_run in 1 2 3; do
        growth list "$2" "$3" "$4" >"$bench_dir/listed"
        awk -v run="$bench_run" -v name="$1" '{
            printf "run %s list-%s: %d backups, first %d ms, second %d ms, %d kB resident\n", run, name, $1, $2, $3, $4
        }' "$bench_dir/listed"
        cat "$bench_dir/listed" >>"$bench_dir/lists"
    done
}

bench_first_seconds() {
    bench_column 2 | awk '{ print $1 / 1000 }'
}

bench_column() {
    awk -v column="$1" '{ print $column }' "$bench_dir/lists" | median
}

bench_serve_s3() {
    "$java" -cp "$bench_s3/test-classes:$bench_s3/classes:$(cat "$bench_s3/test.classpath")" \
        dev.reliability.s3.S3Server "$bench_dir/s3" >"$bench_dir/server" 2>&1 &
    bench_server=$!
    bench_tries=0
    until bench_url=$(sed -n 's/^Serving S3 on //p' "$bench_dir/server" 2>/dev/null) && [ -n "$bench_url" ]; do
        bench_tries=$((bench_tries + 1))
        if [ "$bench_tries" -ge 300 ] || ! kill -0 "$bench_server" 2>/dev/null; then
            tail_of "$bench_dir/server"
            die 'the S3 server does not start: see above'
        fi
        sleep 0.1
    done
}

# --- Nights -----------------------------------------------------------------------------------------------------------

bench_nights() {
    say "Making $bench_documents documents ..."
    STORAGE_TYPE=local STORAGE_DIR=$bench_dir/storage BACKUP_DIR=$bench_dir/backups DB_PASSWORD=unused
    export STORAGE_TYPE STORAGE_DIR BACKUP_DIR DB_PASSWORD
    growth documents "$STORAGE_DIR" "$bench_documents" 200000
    bench_night first
    bench_first=$bench_added
    bench_night unchanged
    goal growth-unchanged-percent "$(bench_percent)" 0.1
    growth change "$STORAGE_DIR" "$bench_documents" 50
    bench_night two-percent-changed
    goal growth-two-percent-changed-percent "$(bench_percent)" 3
}

# bench_night NAME: a storage backup by the command line; what the whole folder grew by is in $bench_added.
bench_night() {
    bench_before=$(bench_bytes_of "$BACKUP_DIR")
    bench_start=$(now_ms)
    # shellcheck disable=SC2086  # a list of options
    "$java" $bench_java_options -jar "$jar" backup storage >/dev/null 2>"$bench_dir/log" ||
        { tail_of "$bench_dir/log" && die 'the backup failed: see above'; }
    bench_added=$(($(bench_bytes_of "$BACKUP_DIR") - bench_before))
    printf 'night %s: %d ms, %d bytes added\n' "$1" "$(($(now_ms) - bench_start))" "$bench_added"
}

bench_bytes_of() {
    find "$1" -type f -exec cat {} + 2>/dev/null | wc -c
}

bench_percent() {
    echo "$bench_added $bench_first" | awk '{ print 100 * $1 / $2 }'
}
