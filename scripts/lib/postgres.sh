# shellcheck shell=sh
# A private PostgreSQL cluster in a folder of its own. Needs messages.sh, tools.sh, ports.sh and processes.sh.
#
#   pg_open FOLDER   chooses programs and user; then these work:
#   pg_create        makes the cluster, its role and its database, if there is none
#   pg_start         sets $pg_port; a server that a killed script left behind is stopped first
#   pg_set_password PASSWORD
#   pg_stop
#
# The superuser comes in through the socket only, as the system user who runs the server, and has no password; the
# application's role comes in over localhost with one. In FOLDER: data/ (the cluster), server.conf (what changes from
# start to start), postgres.log, socket/.

pg_role=ai_doc
pg_database=ai_doc_library

pg_open() {
    pg_home=$1
    pg_data=$pg_home/data
    pg_log=$pg_home/postgres.log
    pg_caps=
    pg_choose_user
    mkdir -p "$pg_home"
    chmod 700 "$pg_home"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$pg_uid:$pg_gid" "$pg_home"
        pg_find_way
    fi
    if [ -f "$pg_data/PG_VERSION" ]; then
        pg_major=$(cat "$pg_data/PG_VERSION")
        pg_bin=$(find_postgresql "$pg_major") ||
            die "$pg_data was made by PostgreSQL $pg_major, whose programs are missing: install postgresql-$pg_major"
    else
        pg_bin=$(find_postgresql any)
    fi
}

# PostgreSQL refuses to run as root. Whoever owns a cluster that is there already goes on with it.
pg_choose_user() {
    pg_uid=$(id -u)
    pg_gid=$(id -g)
    if [ "$pg_uid" -eq 0 ]; then
        if [ -d "$pg_data" ]; then
            pg_uid=$(stat -c %u "$pg_data")
            pg_gid=$(stat -c %g "$pg_data")
            [ "$pg_uid" -ne 0 ] || die "$pg_data belongs to root, but PostgreSQL does not run as root: chown it"
        else
            for pg_candidate in postgres nobody; do
                pg_uid=$(id -u "$pg_candidate" 2>/dev/null) || continue
                pg_gid=$(id -g "$pg_candidate")
                break
            done
            [ -n "$pg_uid" ] || die 'PostgreSQL does not run as root, and there is no user postgres or nobody: add one'
        fi
    fi
    pg_user=$(id -un "$pg_uid" 2>/dev/null) ||
        die "PostgreSQL needs a user with a name, and uid $pg_uid has none in /etc/passwd: add it there"
}

# Where a folder above is closed to that user (/root is), lend the right to pass through rather than open the folder.
pg_find_way() {
    for pg_capability in '' dac_read_search dac_override; do
        pg_caps=${pg_capability:+--inh-caps=+$pg_capability --ambient-caps=+$pg_capability}
        ! as_pg ls "$pg_home" >/dev/null 2>&1 || return 0
    done
    die "user $pg_user can not reach $pg_home: chmod o+x the folders above it, or choose another DATA_DIR"
}

# as_pg COMMAND...: as the server's user, untouched by the caller's PG* variables and folder.
as_pg() (
    cd /
    unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGOPTIONS PGDATA \
        PGSSLMODE PGREQUIRESSL PGCLIENTENCODING PGTZ PGAPPNAME PGTARGETSESSIONATTRS
    HOME=$pg_home
    export HOME
    [ "$(id -u)" -eq 0 ] || exec "$@"
    # shellcheck disable=SC2086  # none, or two options
    exec setpriv --reuid="$pg_uid" --regid="$pg_gid" --clear-groups $pg_caps "$@"
)

# Made beside its place and renamed, so that a half made one is never taken for whole.
pg_create() {
    [ ! -d "$pg_data" ] || return 0
    pg_new=$pg_home/data.new
    rm -rf "$pg_new"
    say "Making a private PostgreSQL cluster in $pg_data ..."
    # Locales are the C library's: where C.UTF-8 is not known, plain C is.
    pg_output=$(pg_initdb C.UTF-8 2>&1) || pg_output=$(rm -rf "$pg_new" && pg_initdb C 2>&1) ||
        die "initdb failed: $(printf '%s' "$pg_output" | tail -n 1)"
    as_pg tee "$pg_new/pg_hba.conf" >/dev/null <<CONF
local all postgres peer map=owner
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
CONF
    printf 'owner "%s" postgres\n' "$pg_user" | as_pg tee "$pg_new/pg_ident.conf" >/dev/null
    echo "include_if_exists = '../server.conf'" | as_pg tee -a "$pg_new/postgresql.conf" >/dev/null
    # What backups and restores need, and no more: to make databases, and to end sessions that are in the way.
    pg_output=$(as_pg "$pg_bin/postgres" --single -c exit_on_error=true -D "$pg_new" postgres 2>&1 <<SQL
CREATE ROLE $pg_role LOGIN CREATEDB IN ROLE pg_signal_backend
CREATE DATABASE $pg_database OWNER $pg_role
SQL
    ) || die "the database could not be made: $(printf '%s' "$pg_output" | tail -n 1)"
    mv "$pg_new" "$pg_data"
}

pg_initdb() {
    as_pg "$pg_bin/initdb" -D "$pg_home/data.new" -U postgres -E UTF8 --locale="$1" --lc-messages=C \
        --auth-local=peer --auth-host=scram-sha-256
}

pg_start() {
    pg_stop || die "the PostgreSQL server that runs in $pg_data does not stop: see $pg_log"
    # Left by a server that died, with a pid that belongs to somebody else now: PostgreSQL would take it for running.
    ! is_alive "$(pg_pid)" || rm -f "$pg_data/postmaster.pid"
    pg_attempts=5
    until pg_configure && pg_launch; do
        pg_attempts=$((pg_attempts - 1))
        if [ "$pg_attempts" -eq 0 ]; then
            tail_of "$pg_log"
            die "PostgreSQL does not start: see above and $pg_log"
        fi
        # The port may have been taken meanwhile, or processes of a killed server may still be on their way out.
        sleep 1
    done
}

# Keeps the port of the last start if it is free. The socket's path must fit into 107 bytes; plain characters need no
# quoting anywhere.
pg_configure() {
    pg_port=$(pg_setting port)
    if [ -z "$pg_port" ] || port_is_taken "$pg_port"; then
        pg_port=$(free_port)
    fi
    pg_remove_far_socket
    pg_socket=$pg_home/socket
    case $pg_socket in *[!A-Za-z0-9/._-]*) pg_socket= ;; esac
    if [ -n "$pg_socket" ] && [ "${#pg_socket}" -lt 90 ]; then
        as_pg mkdir -p -m 700 "$pg_socket"
    else
        pg_socket=$(as_pg mktemp -d /tmp/reliability-pg.XXXXXX)
    fi
    as_pg tee "$pg_home/server.conf" >/dev/null <<CONF
# Written at each start.
listen_addresses = '127.0.0.1'
port = '$pg_port'
unix_socket_directories = '$pg_socket'
CONF
}

pg_setting() {
    [ ! -f "$pg_home/server.conf" ] || sed -n "s/^$1 = '\(.*\)'/\1/p" "$pg_home/server.conf"
}

pg_remove_far_socket() {
    pg_socket=$(pg_setting unix_socket_directories)
    case $pg_socket in /tmp/reliability-pg.*) rm -rf "$pg_socket" ;; esac
}

# Its descriptor 9 may be a lock, which the server must not inherit.
pg_launch() {
    as_pg "$pg_bin/pg_ctl" -D "$pg_data" -l "$pg_log" -w -t 60 start >/dev/null 2>&1 9>&-
}

pg_set_password() {
    printf "ALTER ROLE %s PASSWORD '%s';\n" "$pg_role" "$1" |
        as_pg "$pg_bin/psql" -X -q -w -v ON_ERROR_STOP=1 -h "$pg_socket" -p "$pg_port" -U postgres -d postgres -f -
}

pg_pid() {
    sed -n 1p "$pg_data/postmaster.pid" 2>/dev/null
}

pg_is_running() {
    has_argument "$(pg_pid)" "$pg_data"
}

pg_stop() {
    if pg_is_running; then
        as_pg "$pg_bin/pg_ctl" -D "$pg_data" -m fast -w -t 60 stop >/dev/null 2>&1 ||
            as_pg "$pg_bin/pg_ctl" -D "$pg_data" -m immediate -w -t 30 stop >/dev/null 2>&1 ||
            return 1
    fi
    pg_remove_far_socket
}
