#!/bin/sh
# Makes the role that the backend runs as, and its database: run once before the backend starts, and harmless whenever it
# is run again. The role may log in, make databases and end sessions that are in the way of a restore; it is no superuser.
# A database that is gone while its role is there was lost: no empty one takes its place, which would be served as if nothing
# had happened, while a restore is under way.
#
#   DB_HOST (localhost)  DB_PORT (5432)  DB_SSLMODE (prefer)
#   DB_ADMIN_USER (postgres), DB_ADMIN_PASSWORD or DB_ADMIN_PASSWORD_FILE   the server's superuser
#   DB_USER, DB_PASSWORD or DB_PASSWORD_FILE                                the role, which gets this password
#   DB_NAME (ai_doc_library)                                                the database, owned by the role
#   DB_WAIT_SECONDS (60)                                                    how long a server that starts is waited for
#
# Secrets go to psql by its environment, never on a command line, where every process could read them.
set -eu

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# secret_of NAME: the variable NAME, or what the file holds that NAME_FILE names.
secret_of() {
    eval "secret_value=\${$1:-} secret_file=\${${1}_FILE:-}"
    # shellcheck disable=SC2154  # set by eval
    if [ -z "$secret_value" ] && [ -n "$secret_file" ]; then
        [ -r "$secret_file" ] || die "$1_FILE: $secret_file can not be read"
        secret_value=$(cat "$secret_file")
    fi
    [ -n "$secret_value" ] || die "$1 is not set, and neither is $1_FILE"
    printf '%s' "$secret_value"
}

: "${DB_USER:?the name of the role to make}"
DB_NAME=${DB_NAME:-ai_doc_library}
DB_WAIT_SECONDS=${DB_WAIT_SECONDS:-60}
case $DB_WAIT_SECONDS in '' | *[!0-9]*) die "DB_WAIT_SECONDS=$DB_WAIT_SECONDS is not a number of seconds" ;; esac

PGHOST=${DB_HOST:-localhost}
PGPORT=${DB_PORT:-5432}
PGSSLMODE=${DB_SSLMODE:-prefer}
PGUSER=${DB_ADMIN_USER:-postgres}
PGPASSWORD=$(secret_of DB_ADMIN_PASSWORD)
PGDATABASE=postgres
PGCONNECT_TIMEOUT=5
PGAPPNAME=create-database-role
role_password=$(secret_of DB_PASSWORD)
[ "$DB_USER" != "$PGUSER" ] || die "DB_USER and DB_ADMIN_USER are both $DB_USER: the backend must not run as superuser"
export PGHOST PGPORT PGSSLMODE PGUSER PGPASSWORD PGDATABASE PGCONNECT_TIMEOUT PGAPPNAME

# A server's socket is open before it takes connections; a wrong password does not become right by waiting.
wait_for_server() {
    server_waited=0
    until psql_error=$(psql -X -w -q -c 'SELECT 1' 2>&1 >/dev/null); do
        case $psql_error in *'authentication failed'* | *'no password supplied'* | *'does not exist'*) break ;; esac
        [ "$server_waited" -lt "$DB_WAIT_SECONDS" ] || break
        server_waited=$((server_waited + 1))
        sleep 1
    done
    [ -z "$psql_error" ] || die "PostgreSQL on $PGHOST:$PGPORT: $psql_error"
}

wait_for_server

# \getenv keeps the values off the command line; %I and %L quote whatever they are. Nothing of it reaches the server's log:
# the password travels inside a statement that is not logged, unless it fails.
# It prints "lost" for a lost database.
psql_output=$(role_name=$DB_USER database_name=$DB_NAME role_password=$role_password \
    psql -X -w -q -v ON_ERROR_STOP=1 -f - <<'SQL'
\getenv role role_name
\getenv password role_password
\getenv database database_name
\o /dev/null
SET client_min_messages = 'warning';
-- One after the other: Pods start at the same moment, and the server takes no two changes of one role at once.
SELECT pg_advisory_lock(hashtext('create-database-role'));
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role' AND rolsuper) AS super \gset
\if :super
    DO $$ BEGIN RAISE EXCEPTION 'the role is there already and is a superuser: choose another DB_USER'; END $$;
\endif
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') AS has_role,
    NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') AS no_database \gset
-- The database first: whatever ends this between the two, the next run makes what is missing.
SELECT format('CREATE DATABASE %I', :'database') WHERE :'no_database' AND NOT :'has_role' \gexec
SELECT format('CREATE ROLE %I', :'role') WHERE NOT :'has_role' \gexec
SELECT format('ALTER ROLE %I LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
    :'role', :'password') \gexec
SELECT format('GRANT pg_signal_backend TO %I', :'role') \gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', :'database', :'role')
    WHERE EXISTS (SELECT FROM pg_database
        WHERE datname = :'database' AND pg_get_userbyid(datdba) <> :'role') \gexec
SELECT :'no_database' AND :'has_role' AS lost \gset
\if :lost
    \echo lost
\endif
SQL
)

if [ "$psql_output" = lost ]; then
    printf '%s: role %s may log in. Its database %s was lost, or never was on this server: restore a backup. %s\n' \
        "${0##*/}" "$DB_USER" "$DB_NAME" 'Only to begin without any data, make an empty database of that name for the role.' >&2
else
    printf '%s: role %s may log in, and owns database %s\n' "${0##*/}" "$DB_USER" "$DB_NAME"
fi
