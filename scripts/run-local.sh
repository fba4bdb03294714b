#!/bin/sh
# Runs the sample backend on this machine, on a private PostgreSQL, until Ctrl-C. Everything is kept under DATA_DIR.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/messages.sh
. "$root/scripts/lib/messages.sh"
# shellcheck source=scripts/lib/locale.sh
. "$root/scripts/lib/locale.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"
# shellcheck source=scripts/lib/build.sh
. "$root/scripts/lib/build.sh"
# shellcheck source=scripts/lib/ports.sh
. "$root/scripts/lib/ports.sh"
# shellcheck source=scripts/lib/processes.sh
. "$root/scripts/lib/processes.sh"
# shellcheck source=scripts/lib/secrets.sh
. "$root/scripts/lib/secrets.sh"
# shellcheck source=scripts/lib/postgres.sh
. "$root/scripts/lib/postgres.sh"
# shellcheck source=scripts/lib/run-env.sh
. "$root/scripts/lib/run-env.sh"

usage() {
    cat <<'USAGE'
Usage: scripts/run-local.sh

Installs what is missing (where apt-get may), builds when sources are newer than the jar, starts a private PostgreSQL
and the backend, and stops both on Ctrl-C. The data is kept. A second start prints where the first one serves.

  DATA_DIR      all data, settings and logs (.local in the project)
  SERVER_PORT   port of the backend (8080); 0 takes any free one
  JAVA_OPTS     options for the backend's JVM

Any other variable of the backend (docs/configuration.md) passes through, but DB_*, which name the private PostgreSQL,
and JWT_PUBLIC_KEYS, for which it could make no token.
While it serves, DATA_DIR/run.env holds its settings:   . .local/run.env
USAGE
}

startup_seconds=120

main() {
    case $#:${1:-} in
        0:) ;;
        1:-h | 1:--help) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
    use_utf8
    choose_folders
    choose_port
    require_tools flock
    take_lock_or_show_running
    trap 'clean_up' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    rm -f "$run_env"
    stop_stale_backend
    [ "$SERVER_PORT" -ne 0 ] || SERVER_PORT=$(free_port)
    ! port_is_taken "$SERVER_PORT" || die "port $SERVER_PORT is taken: set SERVER_PORT to another one, or to 0 for any free one"

    require_application postgresql curl setpriv
    umask 077
    start_database
    start_backend
    wait_until_it_serves
    TOKEN=$(make_token)
    write_settings
    announce
    trap 'exit 0' INT TERM HUP
    backend_ended
}

# --- Settings ---------------------------------------------------------------------------------------------------------

choose_folders() {
    DATA_DIR=${DATA_DIR:-$root/.local}
    # Others may pass through a folder of root, not look into it: PostgreSQL runs as one of them.
    if [ ! -d "$DATA_DIR" ]; then
        mkdir -p "$DATA_DIR" || die "DATA_DIR=$DATA_DIR can not be made: choose another one"
        if [ "$(id -u)" -eq 0 ]; then chmod 711 "$DATA_DIR"; else chmod 700 "$DATA_DIR"; fi
    fi
    DATA_DIR=$(CDPATH='' cd -- "$DATA_DIR" && pwd -P)
    [ -w "$DATA_DIR" ] || die "DATA_DIR=$DATA_DIR is not writable for $(id -un)"
    run_env=$DATA_DIR/run.env
    pid_file=$DATA_DIR/backend.pid
    log=$DATA_DIR/backend.log
    # On the backend's command line, where it tells our process from any other.
    marker=-Dreliability.data-dir=$DATA_DIR

    forget_settings_of_another_instance
    BACKUP_DIR=$(absolute "${BACKUP_DIR:-$DATA_DIR/backups}")
    STORAGE_DIR=$(absolute "${STORAGE_DIR:-$DATA_DIR/storage}")
}

# A shell that has sourced the run.env of another DATA_DIR must not make two instances write into the same folders.
forget_settings_of_another_instance() {
    [ -n "${RUN_ENV:-}" ] && [ "$RUN_ENV" != "$run_env" ] || return 0
    case ${BACKUP_DIR:-} in "${RUN_ENV%/*}"/*) unset BACKUP_DIR ;; esac
    case ${STORAGE_DIR:-} in "${RUN_ENV%/*}"/*) unset STORAGE_DIR ;; esac
}

absolute() {
    case $1 in
        /*) printf '%s' "$1" ;;
        *) printf '%s' "$PWD/$1" ;;
    esac
}

choose_port() {
    SERVER_PORT=${SERVER_PORT:-8080}
    case $SERVER_PORT in
        *[!0-9]* | ??????*) die "SERVER_PORT=$SERVER_PORT is not a port: 0 to 65535" ;;
    esac
    [ "$SERVER_PORT" -le 65535 ] || die "SERVER_PORT=$SERVER_PORT is not a port: 0 to 65535"
}

# --- One instance for a DATA_DIR --------------------------------------------------------------------------------------

# The lock is held as long as this script lives, and gone with it, however it ends. Its descriptor 9 is closed in what
# outlives the script.
take_lock_or_show_running() {
    exec 9>"$DATA_DIR/lock"
    lock_told=
    until flock -n 9; do
        if [ -f "$run_env" ] && show_running; then
            exit 0
        fi
        [ -n "$lock_told" ] || say "Another run-local.sh is starting or stopping on $DATA_DIR: waiting for it ..."
        lock_told=yes
        sleep 0.2
    done
}

show_running() (
    # shellcheck source=/dev/null
    . "$run_env" 2>/dev/null
    has_argument "$PID" "$marker" && announce
)

# A script that was killed leaves its backend running, with nobody to stop it.
stop_stale_backend() {
    [ -f "$pid_file" ] || return 0
    stale_pid=$(cat "$pid_file")
    if has_argument "$stale_pid" "$marker"; then
        say "Stopping the backend that an earlier start left running (process $stale_pid) ..."
        end_backend "$stale_pid"
    fi
    rm -f "$pid_file"
}

# --- Database and backend ---------------------------------------------------------------------------------------------

start_database() {
    DB_PASSWORD=$(kept_secret "$DATA_DIR/secrets/db-password")
    unset DB_PASSWORD_FILE
    pg_open "$DATA_DIR/postgres"
    database_opened=yes
    pg_create
    pg_start
    pg_set_password "$DB_PASSWORD"
    DB_HOST=127.0.0.1
    DB_PORT=$pg_port
    DB_USER=$pg_role
    DB_NAME=$pg_database
    PG_BIN=$pg_bin
    case :$PATH: in
        *:"$pg_bin":*) ;;
        *) PATH=$pg_bin:$PATH ;;
    esac
}

start_backend() {
    JWT_SECRET=$(given_or_kept JWT_SECRET "$DATA_DIR/secrets/jwt-secret")
    BACKUP_SIGNING_KEY=$(given_or_kept BACKUP_SIGNING_KEY "$DATA_DIR/secrets/backup-signing-key")
    # What would contradict them, or the private database.
    unset JWT_SECRET_FILE BACKUP_SIGNING_KEY_FILE JWT_PUBLIC_KEYS DB_SSLMODE
    mkdir -p "$BACKUP_DIR" "$STORAGE_DIR"
    export SERVER_PORT DB_HOST DB_PORT DB_USER DB_PASSWORD DB_NAME PG_BIN BACKUP_DIR STORAGE_DIR JWT_SECRET \
        BACKUP_SIGNING_KEY PATH
    [ ! -f "$log" ] || mv -f "$log" "$log.1"
    # The process notes its own pid before it becomes the backend: whenever this script is killed, the next start finds
    # it. In the background it ignores Ctrl-C, so that this script decides the order of the ends.
    # shellcheck disable=SC2046,SC2086,SC2016  # options are lists; the inner shell expands its own arguments
    sh -c 'echo "$$" >"$1" && shift && exec "$@"' sh "$pid_file" \
        "$java" -Xmx256m $(serving_options) -XX:+ExitOnOutOfMemoryError ${JAVA_OPTS:-} "$marker" -jar "$jar" serve \
        </dev/null >"$log" 2>&1 9>&- &
    backend=$!
}

wait_until_it_serves() {
    url=http://localhost:$SERVER_PORT
    polls=$((startup_seconds * 5))
    until answers "$url/health/startup"; do
        is_alive "$backend" || backend_ended
        if [ "$polls" -eq 0 ]; then
            tail_of "$log"
            die "the backend does not answer within $startup_seconds s: see above and $log"
        fi
        polls=$((polls - 1))
        sleep 0.2
    done
    polls=50
    until answers "$url/health"; do
        is_alive "$backend" || backend_ended
        if [ "$polls" -eq 0 ]; then
            say "It serves, but not all is healthy: see $url/health and $log"
            break
        fi
        polls=$((polls - 1))
        sleep 0.2
    done
}

answers() {
    curl -fs --noproxy '*' -m 5 -o /dev/null "$1"
}

make_token() {
    "$java" -jar "$jar" token --ttl 7d || die 'no token could be made: see above'
}

# Waits for that, which only its own death or a signal to this script brings about.
backend_ended() {
    wait "$backend" || backend_status=$?
    say "The backend has ended by itself (exit code ${backend_status:-0}). The last lines of $log:"
    tail_of "$log"
    exit 1
}

# --- What the user gets -----------------------------------------------------------------------------------------------

write_settings() {
    PID=$backend
    RUN_ENV=$run_env
    write_run_env "$run_env" SERVER_PORT TOKEN DB_HOST DB_PORT DB_USER DB_PASSWORD DB_NAME BACKUP_DIR STORAGE_DIR \
        JWT_SECRET BACKUP_SIGNING_KEY PID PATH RUN_ENV
}

announce() {
    announce_env=$run_env
    case $announce_env in
        *[!A-Za-z0-9/._-]*) announce_env="'$(printf '%s' "$run_env" | sed "s/'/'\\\\''/g")'" ;;
    esac
    cat <<TEXT
Serving on http://localhost:$SERVER_PORT
Token for 7 days: $TOKEN
Try:
  curl http://localhost:$SERVER_PORT/health
  . $announce_env
  curl -X POST -H "Authorization: Bearer \$TOKEN" "http://localhost:$SERVER_PORT/api/v1/backup/create?type=full"
TEXT
}

# --- The end ----------------------------------------------------------------------------------------------------------

# end_backend PID: it finishes what it was asked within DRAIN_SECONDS.
end_backend() {
    case ${DRAIN_SECONDS:-5} in
        *[!0-9]*) drain=5 ;;
        *) drain=${DRAIN_SECONDS:-5} ;;
    esac
    kill -TERM "$1" 2>/dev/null || :
    if ! ends_within "$1" $((drain + 25)); then
        say "The backend does not end: killing process $1"
        kill -KILL "$1" 2>/dev/null || :
        ends_within "$1" 10 || :
    fi
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    status=$?
    trap '' INT TERM HUP
    set +e
    rm -f "$run_env"
    if [ -n "${backend:-}" ]; then
        is_alive "$backend" && say 'Stopping ...' && end_backend "$backend"
        rm -f "$pid_file"
    fi
    if [ -n "${database_opened:-}" ]; then
        pg_stop || say "PostgreSQL does not stop: see $pg_log"
    fi
    exit "$status"
}

main "$@"
