#!/bin/sh
# Measures what is promised against what others would use, both sides in turn in one run.
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
# shellcheck source=scripts/lib/measure.sh
. "$root/scripts/lib/measure.sh"

usage() {
    cat <<'USAGE'
Usage: scripts/bench.sh backup|restore|outage|growth|memory|capacity [--short]

  backup    a whole backup by the command line (its start, digests and SHA-256 included), in gzip and in zstd, against
            pg_dump | gzip -6, pg_dump > /dev/null and, where it is installed, a first full backup by pgBackRest, of
            1.1 GB of rows on a private PostgreSQL
  restore   a restore by live switch and a test restore (verify), by the command line, every row compared, against
            gunzip | psql of the same 1.1 GB of rows in four tables
  outage    what 32 clients that read and write see of 20 restores by live switch, and of 3 in place, of the same rows
  growth    a first list of 1,000 backups with 100,000 blobs in a folder, in S3 and in S3 20 ms away; what a storage
            backup of 10,000 documents adds to the one before when nothing was changed, and when 2 % were
  memory    what a backup keeps resident with 64 MB of heap: of databases of 1 and 10 GB as text, of objects of 1 MB and 5 GB;
            takes 40 GB of room
  capacity  requests of each kind that one backend answers, and a list and a backup of 1,000 to 1,000,000 documents
  --short   fewer rows and runs, backups and documents; the start of the JVM weighs more in them

What it finds is on stdout: one line a measured run, and at the end one a goal:  goal NAME MEASURED TARGET met|short
  BENCH_DIR   where the database and the backups are for that time (a folder of its own in TMPDIR)
USAGE
}

main() {
    case $#:${1:-} in
        1:-h | 1:--help) usage && exit 0 ;;
        [12]:backup | [12]:restore | [12]:outage | [12]:growth | [12]:memory | [12]:capacity) ;;
        *) usage >&2 && exit 2 ;;
    esac
    case $#:${2:-} in
        1: | 2:--short) ;;
        *) usage >&2 && exit 2 ;;
    esac
    use_utf8
    bench_dir=${BENCH_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/reliability-bench.XXXXXX")}
    mkdir -p "$bench_dir"
    bench_dir=$(CDPATH='' cd -- "$bench_dir" && pwd -P)
    trap 'clean_up' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # shellcheck source=scripts/bench/database.sh
    . "$root/scripts/bench/database.sh"
    # shellcheck source=scripts/bench/server.sh
    . "$root/scripts/bench/server.sh"
    # shellcheck source=scripts/bench/backup.sh
    . "$root/scripts/bench/$1.sh"
    "bench_$1" "${2:-}"
}

# bench_rounds FUNCTION: a round that does not count, then $bench_runs that do; each gets its name. What they write into
# $bench_results is a line a measurement: its side, then numbers.
# shellcheck disable=SC2317  # what is measured calls it
bench_rounds() {
    bench_results=$bench_dir/results
    : >"$bench_results"
    "$1" warm-up >/dev/null
    : >"$bench_results"
    bench_run=0
    while [ "$bench_run" -lt "$bench_runs" ]; do
        bench_run=$((bench_run + 1))
        "$1" "$bench_run"
    done
}

# bench_ratio SIDE COLUMN OTHER: of the medians.
# shellcheck disable=SC2317
bench_ratio() {
    echo "$(bench_median "$1" "$2") $(bench_median "$3" "$2")" | awk '{ print $1 / $2 }'
}

# shellcheck disable=SC2317
bench_median() {
    awk -v side="$1" -v column="$2" '$1 == side { print $column }' "$bench_results" | median
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    status=$?
    trap '' INT TERM HUP
    set +e
    [ -z "${pg_data:-}" ] || pg_stop
    [ -z "${bench_server:-}" ] || kill "$bench_server"
    [ -n "${BENCH_DIR:-}" ] || rm -rf "$bench_dir"
    exit "$status"
}

main "$@"
