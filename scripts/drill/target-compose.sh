# shellcheck shell=sh
# The services that docker-compose runs. Included by drill.sh; it has the functions of target-local.sh.
# shellcheck disable=SC2034,SC2154,SC2317

target_delay=0.1

target_require() {
    require_tools java curl docker
    java=$(find_java)
    require_drills
    docker info >/dev/null 2>&1 || die 'no Docker engine answers: start it, or set DOCKER_HOST'
    compose_services=$(compose ps --services --status running 2>/dev/null) ||
        die 'docker-compose does not answer: neither "docker compose" nor "docker-compose" works'
    for compose_service in nginx backend-1 backend-2 postgres; do
        compose_runs "$compose_service" || die "the service $compose_service does not run: docker-compose up -d first"
    done
}

# Whichever of the two there is.
compose() {
    if docker compose version >/dev/null 2>&1; then
        docker compose -f "$root/docker-compose.yml" "$@"
    else
        docker-compose -f "$root/docker-compose.yml" "$@"
    fi
}

compose_quietly() {
    compose "$@" >>"$folder/compose.log" 2>&1 || {
        tail_of "$folder/compose.log"
        die "docker-compose $* failed: see above"
    }
}

compose_runs() {
    printf '%s\n' "$compose_services" | grep -Fqx "$1"
}

target_refusal() {
    case $1 in
        other_jar) echo 'docker-compose.yml runs one image; use --target local' ;;
        clock) echo 'containers have the clock of their machine; use --target local' ;;
        database_cut)
            if [ "$(id -u)" -ne 0 ]; then
                echo "only root can enter a container's network"
            elif ! command -v nsenter >/dev/null || ! command -v iptables >/dev/null; then
                echo 'nsenter or iptables is not installed'
            fi
            ;;
        database_full) echo "the database's volume has no limit of its own; use --target local" ;;
        storage)
            compose_runs s3-documents ||
                echo 'a volume can not be taken from running containers; it needs the profile s3, or --target local'
            ;;
    esac
}

target_start() {
    target_url=${url:-http://127.0.0.1:$(compose port nginx 8080 | sed 's/.*://')}
    target_token=$(target_make_token 7d)
    # Where containers can be reached from here, as on Linux, the time line has what they say.
    watched=$folder/watched
    compose_watch
    [ -s "$watched" ] || watched=
    compose_containers >"$folder/containers"
    while read -r compose_name compose_id; do
        echo "$compose_name $(compose_started "$compose_id")"
    done <"$folder/containers" >"$folder/started-at"
}

# All is to run again, wherever a drill was broken off.
target_stop() {
    [ -n "${compose_services:-}" ] || return 0
    database_mend
    compose unpause >/dev/null 2>&1 || :
    [ -z "${compose_is_scaled:-}" ] ||
        compose up -d --no-recreate --no-deps --scale backend-1=1 backend-1 >/dev/null 2>&1 || :
    compose_is_scaled=
    # shellcheck disable=SC2086  # a list of names
    compose start $compose_services >/dev/null 2>&1 || :
}

target_make_token() {
    compose exec -T backend-1 /app/bin/ai-doc-backend token --ttl "$1" || die 'no token could be made: see above'
}

# compose_containers: "NAME ID" of each backend.
compose_containers() {
    for compose_service in backend-1 backend-2; do
        compose ps -q "$compose_service" | awk -v name="$compose_service" '{ print name (NR > 1 ? "." NR : ""), $1 }'
    done
}

compose_id_of() {
    awk -v name="$1" '$1 == name { print $2 }' "$folder/containers"
}

compose_started() {
    docker inspect -f '{{.State.StartedAt}}' "$1"
}

compose_watch() {
    compose_containers | while read -r compose_name compose_id; do
        compose_address=$(compose_addresses "$compose_id" |
            tr ' ' '\n' | while read -r compose_candidate; do
            ! curl -fs --noproxy '*' -m 1 -o /dev/null "http://$compose_candidate:8081/health/live" ||
                echo "$compose_candidate"
        done | head -n 1)
        [ -z "$compose_address" ] || echo "$compose_name http://$compose_address:8081"
    done >"$watched.new"
    mv -f "$watched.new" "$watched"
}

# --- Backends ---------------------------------------------------------------------------------------------------------

instance_start() {
    compose_quietly start "$1"
}

instance_await() {
    await 120 instance_is_ready "$1" || die "$1 does not get ready: docker-compose logs $1"
    # It may have another address now.
    [ -z "$watched" ] || compose_watch
}

# By the shortest way there is: what starts programs again and again takes from the backends what they need to start.
instance_is_ready() {
    compose_id=$(compose_id_of "$1")
    if [ -z "$watched" ]; then
        docker exec "$compose_id" /app/bin/healthcheck >/dev/null 2>&1
        return
    fi
    for compose_address in $(compose_addresses "$compose_id"); do
        ! curl -fs --noproxy '*' -m 1 -o /dev/null "http://$compose_address:8081/health/ready" || return 0
    done
    return 1
}

compose_addresses() {
    docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$1"
}

# By the engine itself: docker-compose needs half a second before it does anything, which would count as broken.
instance_kill() {
    engine_quietly kill "$1"
}

instance_freeze() {
    engine_quietly pause "$1"
}

engine_quietly() {
    docker "$1" "$(compose_id_of "$2")" >>"$folder/compose.log" 2>&1 || {
        tail_of "$folder/compose.log"
        die "docker $1 of $2 failed: see above"
    }
}

instance_thaw() {
    compose_quietly unpause "$1"
}

instance_end() {
    compose_quietly stop "$1"
}

instances_roll() {
    roll_one_by_one
}

# A name may stand for several addresses: nginx asks for all of them.
instances_scale() {
    compose_is_scaled=yes
    compose_quietly up -d --no-recreate --no-deps --wait --scale "backend-1=$(($1 - 1))" backend-1
    [ -z "$watched" ] || compose_watch
}

instances_that_served() {
    compose_containers | while read -r compose_name compose_id; do
        ! metrics_inside docker exec "$compose_id" </dev/null | has_served || echo "$compose_name"
    done | wc -l
}

instances_restarted() {
    compose_containers | while read -r compose_name compose_id; do
        grep -Fqx "$compose_name $(compose_started "$compose_id")" "$folder/started-at" || echo "$compose_name"
    done | wc -l
}

instance_threads() {
    compose_since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    compose_quietly kill -s QUIT "$1"
    await 10 compose_dump_is_whole "$1" || die "$1 prints no thread dump"
    threads_like "$2" "$folder/threads"
}

compose_dump_is_whole() {
    docker logs --since "$compose_since" "$(compose ps -q "$1")" >"$folder/threads" 2>&1
    dump_is_whole "$folder/threads"
}

# --- Database and storage ---------------------------------------------------------------------------------------------

database_kill() {
    compose_quietly kill postgres
}

database_start() {
    compose_quietly start postgres
    await 60 compose exec -T postgres pg_isready -q -h 127.0.0.1 -U postgres || die 'PostgreSQL does not start'
}

database_drop() {
    compose_quietly exec -T postgres psql -X -q -w -v ON_ERROR_STOP=1 -U postgres -d postgres \
        -c 'DROP DATABASE ai_doc_library WITH (FORCE)'
}

database_cut() {
    compose_pid=$(docker inspect -f '{{.State.Pid}}' "$(compose ps -q postgres)")
    compose_rule -I
}

database_mend() {
    [ -n "${compose_pid:-}" ] || return 0
    compose_rule -D
    compose_pid=
}

compose_rule() {
    for compose_way in 'INPUT --dport' 'OUTPUT --sport'; do
        nsenter -t "$compose_pid" -n iptables -w "$1" "${compose_way% *}" ! -o lo -p tcp "${compose_way#* }" 5432 -j DROP
    done
}

storage_take() {
    compose_quietly kill s3-documents
}

storage_give_back() {
    compose_quietly start s3-documents
    await 60 compose_store_answers || die 's3-documents does not start: docker-compose logs s3-documents'
}

compose_store_answers() {
    compose exec -T s3-documents timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3 &&
        head -n 1 <&3 | grep -q ' 200 '" >/dev/null 2>&1
}
