# shellcheck shell=sh
# How much one backend does on this machine, with its PostgreSQL and the client on the same cores: requests of each kind, then
# a list and a backup as rows grow. Included by bench.sh, whose variables and those of its libraries it uses.
# shellcheck disable=SC2034,SC2154

bench_connections=32

# bench_capacity [--short]
bench_capacity() {
    case $1 in
        --short) bench_seconds=3 bench_warm_up=3 bench_many_rows='1000 10000' ;;
        *) bench_seconds=15 bench_warm_up=10 bench_many_rows='1000 100000 1000000' ;;
    esac
    require_application postgresql curl setpriv wrk
    chmod 711 "$bench_dir"
    bench_rows=0
    bench_database
    bench_serve
    bench_documents=$bench_url/api/v1/documents
    head -c 16384 /dev/urandom >"$bench_dir/document"
    bench_upload=0
    while [ "$bench_upload" -lt 200 ]; do
        bench_upload=$((bench_upload + 1))
        bench_id=$(bench_post)
    done
    cat >"$bench_dir/upload.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "text/plain"
local file = io.open(os.getenv("DOCUMENT"), "rb")
wrk.body = file:read("*a")
file:close()
LUA
    # What the first seconds measure is the compiler.
    bench_requests warm-up "$bench_documents/$bench_id" "$bench_warm_up" >/dev/null
    bench_requests warm-up "$bench_documents?name=x" "$bench_warm_up" "$bench_dir/upload.lua" >/dev/null
    bench_requests health "$bench_url/health/ready" "$bench_seconds"
    bench_requests metadata "$bench_documents/$bench_id" "$bench_seconds"
    bench_requests content-16kB "$bench_documents/$bench_id/content" "$bench_seconds"
    bench_requests list-of-100 "$bench_documents?limit=100" "$bench_seconds"
    bench_requests upload-16kB "$bench_documents?name=x" "$bench_seconds" "$bench_dir/upload.lua"
    awk '/^VmRSS/ { printf "memory %d MB resident afterwards, with 256 MB of heap at most\n", $2 / 1024 }' \
        "/proc/$bench_server/status"
    for bench_rows in $bench_many_rows; do
        bench_growth_of_rows
    done
}

bench_post() {
    curl -fsS --noproxy '*' -m 30 -H "Authorization: Bearer $bench_token" --data-binary "@$bench_dir/document" \
        -H 'Content-Type: text/plain' "$bench_documents?name=document" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p'
}

# bench_requests NAME URL SECONDS [SCRIPT]: by as many connections, each of which asks again when it has its answer.
bench_requests() {
    DOCUMENT=$bench_dir/document wrk --threads 1 --connections "$bench_connections" --duration "$3s" --latency \
        --header "Authorization: Bearer $bench_token" ${4:+--script "$4"} "$2" >"$bench_dir/wrk" 2>&1 ||
        { tail_of "$bench_dir/wrk" && die "wrk failed: see above"; }
    ! grep -q 'Non-2xx\|Socket errors' "$bench_dir/wrk" || { tail_of "$bench_dir/wrk" && die "$1: requests failed, see above"; }
    awk -v name="$1" '
        $1 == "50%" { median = $2 }
        $1 == "99%" { worst = $2 }
        $1 == "Requests/sec:" { rate = $2 }
        END { printf "requests %s %d a second, median %s, 99 of 100 within %s\n", name, rate, median, worst }
    ' "$bench_dir/wrk"
}

# A list and a backup of so many rows of documents. Their objects are not there, so it is the database that is backed up.
bench_growth_of_rows() {
    "$pg_bin/psql" -X -q -w -v ON_ERROR_STOP=1 -v rows="$bench_rows" <<'SQL' || die 'the rows could not be made: see above'
TRUNCATE documents;
INSERT INTO documents
SELECT
    gen_random_uuid(), 'document ' || i || '.pdf', i % 1000000, 'application/pdf',
    encode(sha256(i::text::bytea), 'hex'), gen_random_uuid()::text, created, created
FROM generate_series(1::bigint, :rows) i, LATERAL (SELECT timestamptz '2026-01-01' + i * interval '1 second' AS created) moment;
VACUUM ANALYZE documents;
SQL
    bench_lists '' >"$bench_dir/first"
    bench_lists "&after=$(bench_middle)" >"$bench_dir/middle"
    bench_begun=$(now_ms)
    bench_backup_of database zstd
    printf 'rows %d: list of 100 %s ms (median of 21), in the middle %s ms, backup of the database %d ms\n' "$bench_rows" \
        "$(median <"$bench_dir/first")" "$(median <"$bench_dir/middle")" "$(($(now_ms) - bench_begun))"
}

# bench_lists PARAMETER: how long each of 21 took, in milliseconds, after one that does not count.
bench_lists() {
    bench_list=0
    while [ "$bench_list" -le 21 ]; do
        curl -fsS --noproxy '*' -m 60 -o /dev/null -w '%{time_total}\n' -H "Authorization: Bearer $bench_token" \
            "$bench_documents?limit=100$1" || die 'the list failed: see above'
        bench_list=$((bench_list + 1))
    done | awk 'NR > 1 { printf "%.1f\n", $1 * 1000 }'
}

# bench_middle: the place of the row in the middle, as the list's "next" names it.
bench_middle() {
    "$pg_bin/psql" -X -q -w -A -t -v rows="$bench_rows" <<'SQL'
SELECT (extract(epoch FROM created_at) * 1000000)::bigint || '_' || id FROM documents ORDER BY created_at OFFSET :rows / 2 LIMIT 1;
SQL
}
