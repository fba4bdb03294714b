#!/bin/sh
# Backups from the command line, for operators and scheduled jobs: a front of the application's jar, which does the work.
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

usage() {
    cat <<'USAGE'
Usage: scripts/backup-script.sh COMMAND [OPTION...]

  backup                 back up the database
  full                   back up the database and the stored objects
  restore PATH_OR_ID     restore a backup, e.g. /app/backups/database/backup_20260103_140000.sql.gz
  list                   the backups that can be restored, newest first
  cleanup                delete backups older than RETENTION_DAYS

Options pass through (--no-wait, --no-progress, --trust, ...); "COMMAND --help" lists them. It never asks.

  BACKUP_DIR (/app/backups)  DB_HOST (localhost)  DB_PORT (5432)  DB_USER (postgres)  DB_PASSWORD (required)
  DB_NAME (ai_doc_library)   RETENTION_DAYS (7)   RELIABILITY_JAR (the jar that the build makes)   JAVA_OPTS

stdout: the backup's path, the restore's operation, one line an id that was deleted. Everything else goes to stderr.
Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 incomplete, 4 refused, 5 busy, 6 not found, 7 damaged,
            130 and 143 cancelled by SIGINT and SIGTERM
USAGE
}

usage_error() {
    say "backup-script.sh: $*"
    usage >&2
    exit 2
}

# Nothing to read from: so nothing can ask.
application() {
    use_utf8
    # shellcheck disable=SC2119  # our arguments are not its tools
    require_application
    # shellcheck disable=SC2046,SC2086  # lists of options
    exec "$java" $(collector) -Xmn8m -XX:+ExitOnOutOfMemoryError ${JAVA_OPTS:-} -jar "$jar" "$@" </dev/null
}

[ $# -gt 0 ] || usage_error 'what is to be done?'
command=$1
shift
case $command in
    backup) application backup database "$@" ;;
    full) application backup full "$@" ;;
    restore)
        [ $# -gt 0 ] || usage_error 'restore needs the path or the id of a backup'
        case " $* " in
            *' --yes '*) ;;
            *) set -- --yes "$@" ;;
        esac
        application restore "$@"
        ;;
    list) application list "$@" ;;
    cleanup) application cleanup "$@" ;;
    -h | --help) usage ;;
    *) usage_error "unknown command: $command" ;;
esac
