# shellcheck shell=sh
# A backend on the database that bench_database has made. Included by bench.sh, whose variables and those of its libraries it
# uses; bench_url and bench_token are for its clients, and bench_server is ended by bench.sh.
# shellcheck disable=SC2034,SC2154

bench_serve() {
    SERVER_PORT=$(free_port)
    JWT_SECRET=$(kept_secret "$bench_dir/jwt-secret")
    STORAGE_TYPE=local STORAGE_DIR=$bench_dir/storage
    export SERVER_PORT JWT_SECRET STORAGE_TYPE STORAGE_DIR
    mkdir -p "$STORAGE_DIR" "$BACKUP_DIR"
    # shellcheck disable=SC2046,SC2086  # lists of options
    "$java" -Xmx256m $(serving_options) ${JAVA_OPTS:-} -jar "$jar" serve >"$bench_dir/server" 2>&1 &
    bench_server=$!
    bench_url=http://localhost:$SERVER_PORT
    bench_tries=0
    until curl -fs --noproxy '*' -m 5 -o /dev/null "$bench_url/health"; do
        bench_tries=$((bench_tries + 1))
        if [ "$bench_tries" -ge 300 ] || ! kill -0 "$bench_server" 2>/dev/null; then
            tail_of "$bench_dir/server"
            die 'the backend does not start: see above'
        fi
        sleep 0.1
    done
    bench_token=$("$java" -jar "$jar" token --ttl 7d) || die 'no token could be made: see above'
}
