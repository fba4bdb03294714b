#!/bin/bash
# train.sh FILE: runs the backend once, as `serve` runs it, and has the JVM write down which classes it loaded and linked.
# Needs no database and no store: the backend serves without them.
set -eu

cache=$1
log=$(mktemp)

# request METHOD PATH: the status line of the answer, or nothing while nobody listens.
request() {
    { exec 3<>/dev/tcp/127.0.0.1/8080; } 2>/dev/null || return 0
    printf '%s %s HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: Bearer %s\r\n\r\n' "$1" "$2" "$token" >&3
    IFS= read -r -t 10 status_line <&3 || status_line=
    exec 3>&-
    printf '%s\n' "$status_line"
}

JWT_SECRET=$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')
DB_PASSWORD=none
DB_HOST=127.0.0.1
STORAGE_DIR=$(mktemp -d)
BACKUP_DIR=$(mktemp -d)
MANAGEMENT_PORT=8081
DRAIN_SECONDS=0
export JWT_SECRET DB_PASSWORD DB_HOST STORAGE_DIR BACKUP_DIR MANAGEMENT_PORT DRAIN_SECONDS

token=$(/opt/java/bin/java -jar /app/sample-app.jar token --ttl 1h)

# Collector and compiler are those of the entry point: objects are kept in the form that it reads.
/opt/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:AOTCacheOutput="$cache" -jar /app/sample-app.jar serve >"$log" 2>&1 &
backend=$!

for _ in {1..600}; do
    [ -z "$(request GET /health/live)" ] || break
    if ! kill -0 "$backend" 2>/dev/null; then
        cat "$log"
        exit 1
    fi
    sleep 0.1
done
for path in /health /health/ready /health/circuit-breakers /api/v1/documents /api/v1/backup/list /metrics / /nothing; do
    printf '%s: %s\n' "$path" "$(request GET "$path")"
done
request POST '/api/v1/documents?name=training' >/dev/null

kill -TERM "$backend"
wait "$backend" || status=$?
if [ ! -s "$cache" ]; then
    cat "$log"
    echo "train.sh: no cache was written, exit code ${status:-0}"
    exit 1
fi
