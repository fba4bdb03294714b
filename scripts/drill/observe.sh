# shellcheck shell=sh
# What a backend's process shows of itself, whatever the way to it is. Included by drill.sh.

# has_served: whether the metrics that are read from stdin tell of a request for documents.
has_served() {
    grep -q 'http_server_requests_seconds_count{.*documents'
}

# metrics_inside COMMAND...: the metrics of the container in which COMMAND runs a program; its image has bash, and no curl.
metrics_inside() {
    # shellcheck disable=SC2016  # the inner shell expands nothing of ours
    "$@" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8081 && printf "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3 && cat <&3'
}

# dump_is_whole FILE: a JVM prints its threads in pieces.
dump_is_whole() {
    grep -q '^JNI global refs' "$1"
}

# threads_like PATTERN FILE: how many threads of a dump have a line like this in their stacks.
threads_like() {
    awk -v pattern="$1" 'BEGIN { RS = "" } $0 ~ /^"/ && $0 ~ pattern { count++ } END { print count + 0 }' "$2"
}
