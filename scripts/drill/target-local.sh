# shellcheck shell=sh
# What drills are aimed at on this machine: a private PostgreSQL, backends that share folders, and nginx before them, all for
# one scenario. Included by drill.sh, whose variables it uses; every target has functions of these names.
# shellcheck disable=SC2034,SC2154,SC2317

local_instances=
# Within so many seconds of its mark a backend is killed.
target_delay=0.1

target_require() {
    require_application postgresql curl setpriv nginx
    require_drills
}

# target_refusal NEED: why this can not be had here, or nothing.
target_refusal() {
    case $1 in
        other_jar) [ -f "$other_jar" ] || echo "it needs --other-jar FILE, the backend in another version" ;;
        clock) [ -n "$(local_faketime)" ] || echo 'it needs faketime (of the Debian package of that name)' ;;
        database_cut) local_root_with iptables ;;
        database_full) local_root_with mount ;;
    esac
}

local_root_with() {
    if [ "$(id -u)" -ne 0 ]; then
        echo 'only root can do that here'
    elif ! command -v "$1" >/dev/null; then
        echo "$1 is not installed"
    fi
}

# --- All of it --------------------------------------------------------------------------------------------------------

target_start() {
    instance_jar=$jar instance_clock=''
    watched=$folder/watched
    local_upstreams=$folder/upstreams
    : >"$watched"
    : >"$local_upstreams"
    local_open_database
    DB_HOST=127.0.0.1 DB_PORT=$pg_port DB_USER=$pg_role DB_NAME=$pg_database PG_BIN=$pg_bin
    DB_PASSWORD=$(kept_secret "$folder/secrets/db-password")
    pg_set_password "$DB_PASSWORD"
    JWT_SECRET=$(kept_secret "$folder/secrets/jwt-secret")
    BACKUP_SIGNING_KEY=$(kept_secret "$folder/secrets/backup-signing-key")
    STORAGE_TYPE=local STORAGE_DIR=$folder/storage BACKUP_DIR=$folder/backups
    # What would contradict these.
    unset DB_PASSWORD_FILE JWT_SECRET_FILE BACKUP_SIGNING_KEY_FILE JWT_PUBLIC_KEYS DB_SSLMODE BACKUP_REPOSITORY \
        BACKUP_SCHEDULE VERIFY_SCHEDULE BACKUP_OFFSITE
    export DB_HOST DB_PORT DB_USER DB_NAME DB_PASSWORD PG_BIN JWT_SECRET BACKUP_SIGNING_KEY STORAGE_TYPE STORAGE_DIR \
        BACKUP_DIR
    mkdir -p "$STORAGE_DIR" "$BACKUP_DIR"
    instance_start backend-1
    instance_start backend-2
    instance_await backend-1
    instance_await backend-2
    local_start_nginx
    target_token=$(target_make_token 7d)
}

local_open_database() {
    [ "$(scenario_needs "$scenario")" != database_full ] || local_small_disk
    pg_open "$folder/postgres"
    pg_create
    pg_start
}

# At the end of a scenario, and of the script wherever it ends.
target_stop() {
    if [ -n "${local_nginx:-}" ]; then
        local_end "$local_nginx" 10
        local_nginx=
    fi
    for local_name in $local_instances; do
        local_pid=$(local_pid_of "$local_name")
        kill -CONT "$local_pid" 2>/dev/null || :
        kill -KILL "$local_pid" 2>/dev/null || :
        ends_within "$local_pid" 10 || :
    done
    local_instances=
    database_mend
    [ -z "${pg_data:-}" ] || pg_stop || :
    pg_data=
    local_free_disk
}

# local_end PID SECONDS: asks it to end, and kills it when it does not.
local_end() {
    kill -TERM "$1" 2>/dev/null || :
    if ! ends_within "$1" "$2"; then
        kill -KILL "$1" 2>/dev/null || :
        ends_within "$1" 5 || :
    fi
}

local_start_nginx() {
    local_port=$(free_port)
    target_url=http://127.0.0.1:$local_port
    NGINX_RUN_DIR=$folder/nginx NGINX_PORT=$local_port BACKENDS_FILE=$local_upstreams \
        sh -c 'umask 022 && exec sh "$1"' sh "$root/deploy/nginx/follow-backends.sh" </dev/null >"$folder/nginx.log" 2>&1 &
    local_nginx=$!
    await 60 local_nginx_answers || {
        tail_of "$folder/nginx.log"
        die 'nginx does not serve: see above'
    }
}

local_nginx_answers() {
    is_alive "$local_nginx" || return 0
    curl -fs --noproxy '*' -m 5 -o /dev/null "$target_url/health"
}

# target_make_token TTL
target_make_token() {
    "$java" -jar "$jar" token --ttl "$1" || die 'no token could be made: see above'
}

# Cleans up by the clock of the skewed backend.
target_clean_up() {
    (local_exec "$java" -jar "$jar" cleanup)
}

# --- Backends ---------------------------------------------------------------------------------------------------------

instance_start() {
    local_file=$folder/$1
    if [ ! -f "$local_file.port" ]; then
        free_port >"$local_file.port"
        free_port >"$local_file.management"
    fi
    SERVER_PORT=$(cat "$local_file.port") MANAGEMENT_PORT=$(cat "$local_file.management")
    export SERVER_PORT MANAGEMENT_PORT
    # shellcheck disable=SC2046,SC2086  # options are lists
    local_exec "$java" -Xmx256m $(serving_options) -XX:+ExitOnOutOfMemoryError ${JAVA_OPTS:-} -jar "$instance_jar" serve \
        </dev/null >>"$local_file.log" 2>&1 &
    echo $! >"$local_file.pid"
    case " $local_instances " in
        *" $1 "*) ;;
        *)
            local_instances="$local_instances $1"
            echo "127.0.0.1:$SERVER_PORT" >>"$local_upstreams"
            echo "$1 http://127.0.0.1:$MANAGEMENT_PORT" >>"$watched"
            ;;
    esac
}

# local_exec COMMAND...: becomes it, in a subshell. $instance_clock, such as +1h, is what its wall clock is off by; files keep
# the times of the true clock, as those on a shared volume do.
local_exec() {
    [ -n "$instance_clock" ] || exec "$@"
    LD_PRELOAD=$(local_faketime) FAKETIME=$instance_clock FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
    # Else each wait of the JVM ends at once or late, and a backend that idles takes a whole core.
    FAKETIME_FORCE_MONOTONIC_FIX=0
    export LD_PRELOAD FAKETIME FAKETIME_DONT_FAKE_MONOTONIC NO_FAKE_STAT FAKETIME_FORCE_MONOTONIC_FIX
    exec "$@"
}

local_faketime() {
    find /usr/lib -name 'libfaketimeMT.so.1' 2>/dev/null | head -n 1
}

instance_url() {
    echo "http://127.0.0.1:$(cat "$folder/$1.port")"
}

local_pid_of() {
    cat "$folder/$1.pid"
}

# instance_await NAME: until it is ready.
instance_await() {
    if ! await 180 instance_is_ready "$1" || ! is_alive "$(local_pid_of "$1")"; then
        tail_of "$folder/$1.log"
        die "$1 does not get ready: see above"
    fi
}

instance_is_ready() {
    is_alive "$(local_pid_of "$1")" || return 0
    curl -fs --noproxy '*' -m 5 -o /dev/null "http://127.0.0.1:$(cat "$folder/$1.management")/health/ready"
}

instance_kill() {
    kill -KILL "$(local_pid_of "$1")"
}

instance_freeze() {
    kill -STOP "$(local_pid_of "$1")"
}

instance_thaw() {
    kill -CONT "$(local_pid_of "$1")"
}

# instance_end NAME: it finishes what it was asked.
instance_end() {
    local_end "$(local_pid_of "$1")" 60
}

instances_roll() {
    roll_one_by_one
}

# instances_scale COUNT: returns when they are ready, or have ended.
instances_scale() {
    local_index=0
    for local_name in $local_instances; do
        local_index=$((local_index + 1))
        [ "$local_index" -le "$1" ] || kill -TERM "$(local_pid_of "$local_name")"
    done
    local_index=0
    for local_name in $local_instances; do
        local_index=$((local_index + 1))
        [ "$local_index" -le "$1" ] || local_forget "$local_name"
    done
    while [ "$local_index" -lt "$1" ]; do
        local_index=$((local_index + 1))
        instance_start "backend-$local_index"
    done
    for local_name in $local_instances; do
        instance_await "$local_name"
    done
}

local_forget() {
    ends_within "$(local_pid_of "$1")" 60 || die "$1 does not end"
    local_instances=$(printf '%s' "$local_instances" | sed "s/ $1\$//; s/ $1 / /")
    local_remove_line "127.0.0.1:$(cat "$folder/$1.port")" "$local_upstreams"
    local_remove_line "$1 http://127.0.0.1:$(cat "$folder/$1.management")" "$watched"
}

# local_remove_line LINE FILE: whoever reads FILE meanwhile sees it whole.
local_remove_line() {
    grep -Fvx -- "$1" "$2" >"$2.new" || :
    mv -f "$2.new" "$2"
}

# instances_that_served: how many have answered a request for documents so far.
instances_that_served() {
    local_served=0
    for local_name in $local_instances; do
        ! curl -fs --noproxy '*' -m 5 "http://127.0.0.1:$(cat "$folder/$local_name.management")/metrics" |
            has_served || local_served=$((local_served + 1))
    done
    echo "$local_served"
}

# instances_restarted: how many have ended by themselves, or were started again.
instances_restarted() {
    local_restarted=0
    for local_name in $local_instances; do
        is_alive "$(local_pid_of "$local_name")" && [ "$(grep -c 'event=started' "$folder/$local_name.log")" -eq 1 ] ||
            local_restarted=$((local_restarted + 1))
    done
    echo "$local_restarted"
}

# instance_threads NAME PATTERN: how many of its threads have a line like this in their stacks.
instance_threads() {
    : >"$folder/threads"
    local_before=$(wc -l <"$folder/$1.log")
    kill -QUIT "$(local_pid_of "$1")"
    await 10 local_dump_is_whole "$1" || die "$1 prints no thread dump into $folder/$1.log"
    threads_like "$2" "$folder/threads"
}

local_dump_is_whole() {
    sed "1,${local_before}d" "$folder/$1.log" >"$folder/threads"
    dump_is_whole "$folder/threads"
}

# --- Database ---------------------------------------------------------------------------------------------------------

# With all its sessions, as when its machine dies.
database_kill() {
    local_postmaster=$(pg_pid)
    # shellcheck disable=SC2046  # a list of pids
    kill -KILL "$local_postmaster" $(cat "/proc/$local_postmaster/task/$local_postmaster/children")
    await 10 local_database_is_gone || die 'PostgreSQL survives kill -9'
}

local_database_is_gone() {
    ! is_alive "$local_postmaster"
}

# database_start: at the port that it had; returns when it takes connections.
database_start() {
    rm -f "$pg_data/postmaster.pid"
    await 60 pg_launch || {
        tail_of "$pg_log"
        die 'PostgreSQL does not start: see above'
    }
}

# A disk of its own, which may be filled without harm to others.
local_small_disk() {
    mkdir -p "$folder/postgres"
    mount -t tmpfs -o size=400m,mode=700 reliability-drill "$folder/postgres"
    local_disk=$folder/postgres
}

local_free_disk() {
    [ -n "${local_disk:-}" ] || return 0
    await 10 umount "$local_disk" || say "$local_disk can not be unmounted"
    local_disk=
}

# To the last byte: this fails when there is no room any more.
database_fill() {
    ! dd if=/dev/zero of="$pg_home/filler" bs=64k 2>"$folder/filler.log" || die 'the disk does not get full'
}

database_free() {
    rm -f "$pg_home/filler"
}

database_runs() {
    pg_is_running
}

database_drop() {
    local_sql postgres "DROP DATABASE $pg_database WITH (FORCE)"
}

# local_sql DATABASE STATEMENT: as its superuser.
local_sql() {
    as_pg "$pg_bin/psql" -X -q -w -A -t -v ON_ERROR_STOP=1 -h "$pg_socket" -p "$pg_port" -U postgres -d "$1" -c "$2"
}

database_cut() {
    for local_way in --sport --dport; do
        iptables -w -I INPUT -i lo -p tcp "$local_way" "$pg_port" -j DROP
    done
    local_is_cut=yes
}

# Also at the end of a drill that was broken off.
database_mend() {
    [ -n "${local_is_cut:-}" ] || return 0
    for local_way in --sport --dport; do
        iptables -w -D INPUT -i lo -p tcp "$local_way" "$pg_port" -j DROP
    done
    local_is_cut=
}

# --- Storage ----------------------------------------------------------------------------------------------------------

storage_take() {
    mv "$STORAGE_DIR" "$STORAGE_DIR.away"
}

storage_give_back() {
    mv "$STORAGE_DIR.away" "$STORAGE_DIR"
}
