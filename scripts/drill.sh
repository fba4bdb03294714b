#!/bin/sh
# Breaks a part of the system for real under a measured load, and tells what was lost and for how long.
# shellcheck disable=SC1090,SC2034,SC2154  # which files are read depends on the arguments; they use the options, and set what is used here
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
# shellcheck source=scripts/drill/scenario.sh
. "$root/scripts/drill/scenario.sh"
# shellcheck source=scripts/drill/load.sh
. "$root/scripts/drill/load.sh"
# shellcheck source=scripts/drill/api.sh
. "$root/scripts/drill/api.sh"
# shellcheck source=scripts/drill/observe.sh
. "$root/scripts/drill/observe.sh"
# shellcheck source=scripts/drill/build.sh
. "$root/scripts/drill/build.sh"
# shellcheck source=scripts/drill/report.sh
. "$root/scripts/drill/report.sh"

usage() {
    cat <<'USAGE'
Usage: scripts/drill.sh database|instance|storage|restore [OPTION...]

Breaks a part of the system for real while clients read and write documents, shows when what was noticed and when all was
served again, looks after every acknowledged document, and ends with a verdict: exit code 0 passed, 1 failed.

  instance   kill      kill -9 of one backend, which is started again later
             stop      one backend is frozen (SIGSTOP), and goes on later
             rolling   all backends are restarted, one after the other
             scale     two backends become five, and two again
             versions  one backend is of another version (--other-jar)
             clock     the clock of one backend is an hour ahead
  database   restart   PostgreSQL is killed, and started again
             cut       packets between backends and database vanish
             full      the database's disk is full
  storage    gone      the documents' storage is gone
  restore    dropped   the database is dropped, and restored from a backup by the API

  --target local       two backends, PostgreSQL and nginx on this machine, for the drill alone (default)
  --target compose     the services that docker-compose runs (COMPOSE_PROJECT_NAME)
  --target k8s         the Pods of a cluster (--url URL, --context NAME)
  --scenario NAME      this one alone; may be given several times (default: all that can be had)
  --seconds N          of load for each scenario (60)
  --rate N             requests a second: 25 of 100 upload a document of up to 64 kB, 40 read one, 25 its metadata, 10 the
                       list (200)
  --report FILE.md     the report; its charts are put beside it (.local/drills/DRILL-DATE.md)
  --url URL            where clients reach the backends, for compose and k8s
  --other-jar FILE     the backend in another version, for 'versions'

Drills interrupt what they are aimed at: compose and k8s are for systems that may be interrupted.
  DRILL_DIR            where all of 'local' is meanwhile, and stays (a folder of its own in TMPDIR, kept if a drill fails)
USAGE
}

main() {
    read_arguments "$@"
    use_utf8
    PATH=$PATH:/usr/sbin:/sbin
    umask 077
    drill_dir=${DRILL_DIR:-$(mktemp -d "${TMPDIR:-/tmp}/reliability-drill.XXXXXX")}
    mkdir -p "$drill_dir" "${report%/*}"
    drill_dir=$(CDPATH='' cd -- "$drill_dir" && pwd -P)
    # PostgreSQL may run as somebody else.
    chmod 711 "$drill_dir"
    trap 'clean_up' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    target_require
    choose_scenarios
    drill_status=0
    for scenario in $scenarios; do
        run_scenario
    done
    write_report
    say "Report: $report"
    exit "$drill_status"
}

# --- Arguments --------------------------------------------------------------------------------------------------------

read_arguments() {
    drill='' target=local wanted='' seconds=60 rate=200 report='' other_jar='' url='' context=''
    case ${1:-} in
        -h | --help) usage && exit 0 ;;
        database | instance | storage | restore) drill=$1 && shift ;;
        *) usage >&2 && exit 2 ;;
    esac
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help) usage && exit 0 ;;
            --target | --scenario | --seconds | --rate | --report | --other-jar | --url | --context)
                [ $# -gt 1 ] || wrong "$1 needs a value"
                ;;
            *) wrong "there is no option '$1'" ;;
        esac
        case $1 in
            --target) target=$2 ;;
            --scenario) wanted="$wanted $2" ;;
            --seconds) seconds=$2 ;;
            --rate) rate=$2 ;;
            --report) report=$2 ;;
            --other-jar) other_jar=$2 ;;
            --url) url=$2 ;;
            --context) context=$2 ;;
        esac
        shift 2
    done
    whole_number --seconds "$seconds" 5 86400
    whole_number --rate "$rate" 1 10000
    [ -n "$report" ] || report=$root/.local/drills/$drill-$(date -u +%Y%m%d_%H%M%S).md
    case $report in
        *.md) ;;
        *) wrong "--report $report must end in .md" ;;
    esac
    case $report in
        /*) ;;
        *) report=$PWD/$report ;;
    esac
    case $target in
        local | compose | k8s) ;;
        *) wrong "--target $target must be local, compose or k8s" ;;
    esac
    # Of the targets and of the drills the one that was asked for.
    . "$root/scripts/drill/target-$target.sh"
    . "$root/scripts/drill/$drill.sh"
    for scenario in $wanted; do
        case " $drill_scenarios " in
            *" $scenario "*) ;;
            *) wrong "the drill $drill has no scenario '$scenario', only: $drill_scenarios" ;;
        esac
    done
}

wrong() {
    say "${0##*/}: $*; see --help"
    exit 2
}

# whole_number OPTION VALUE LEAST MOST
whole_number() {
    case $2 in
        '' | *[!0-9]* | ????????*) wrong "$1 $2 must be a whole number from $3 to $4" ;;
    esac
    if [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
        wrong "$1 $2 must be a whole number from $3 to $4"
    fi
}

# What was asked for by name must be possible; of all others those are left out that are not.
choose_scenarios() {
    scenarios=
    left_out=
    for scenario in ${wanted:-$drill_scenarios}; do
        refusal=$(scenario_refusal "$scenario")
        if [ -z "$refusal" ]; then
            scenarios="$scenarios $scenario"
        elif [ -n "$wanted" ]; then
            die "$drill $scenario on $target: $refusal"
        else
            say "Left out: $drill $scenario: $refusal"
            left_out="$left_out- \`$scenario\` was left out: $refusal
"
        fi
    done
    [ -n "$scenarios" ] || die "nothing of $drill can be done here"
}

# scenario_refusal SCENARIO: why it can not be done here, or nothing.
scenario_refusal() {
    for scenario_need in $(scenario_needs "$1"); do
        target_refusal "$scenario_need"
    done | head -n 1
}

# --- One scenario -----------------------------------------------------------------------------------------------------

run_scenario() {
    folder=$drill_dir/$scenario
    mkdir "$folder" || die "$folder is there from another drill: name another DRILL_DIR"
    chmod 711 "$folder"
    : >"$folder/marks"
    : >"$folder/checks"
    goals=
    load_options=
    report_options=
    what=
    say "--- $drill $scenario on $target: ${seconds} s at $rate requests/s"
    target_start
    "scenario_$scenario"
    target_stop
    report_scenario
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
    status=$?
    trap '' INT TERM HUP
    set +e
    load_kill
    target_stop
    if [ -n "${DRILL_DIR:-}" ]; then
        :
    elif [ "$status" -eq 0 ]; then
        rm -rf "$drill_dir"
    else
        say "What was measured, and the logs: $drill_dir"
    fi
    exit "$status"
}

main "$@"
