# shellcheck shell=sh
# Drills with the database. Included by drill.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154,SC2317

drill_scenarios='restart cut full'

scenario_needs() {
    echo "database_$1"
}

scenario_restart() {
    what='PostgreSQL is killed with all its sessions, and started again later. No backend is restarted.'
    must_keep breaker-seconds=8 refused-millis=100 recovered-seconds=2
    load_start
    load_until 25
    mark broken 'kill -9 of PostgreSQL'
    database_kill
    load_until 50
    mark repaired 'PostgreSQL is started again'
    database_start
    mark ready 'PostgreSQL takes connections'
    load_end
    no_backend_was_restarted
}

scenario_cut() {
    cut_seconds=30
    [ "$seconds" -ge 60 ] || cut_seconds=$((seconds / 2))
    what="Between backends and database all packets vanish for $cut_seconds s: nothing is refused, nothing answers."
    must_keep breaker-seconds=8 refused-millis=100 recovered-seconds=5
    load_start
    load_until 15
    mark broken 'packets between backends and database are dropped'
    database_cut
    cut_until=$(($(now_ms) + cut_seconds * 1000))
    while [ "$(now_ms)" -lt "$cut_until" ]; do sleep 0.1; done
    mark repaired 'packets pass again'
    database_mend
    load_end
    no_backend_was_restarted
    for instance_name in backend-1 backend-2; do
        # In the driver, or waiting for a connection.
        cut_threads=none
        await 15 database_no_thread_hangs "$instance_name" || :
        check_that "threads of $instance_name that hang in a call to the database" "$cut_threads" 0
    done
}

database_no_thread_hangs() {
    cut_threads=$(instance_threads "$1" 'org[.]postgresql|hikari[.]pool[.]HikariPool[.]getConnection')
    [ "$cut_threads" -eq 0 ]
}

scenario_full() {
    what="The database's disk gets full, to the last byte; later there is room again."
    must_keep recovered-seconds=5
    load_start
    load_until 25
    mark broken "the database's disk is full"
    database_fill
    load_until 60
    mark repaired 'there is room again'
    database_free
    # Without room for its log PostgreSQL may end; whoever runs it starts it again then.
    if ! database_runs; then
        mark start 'PostgreSQL had ended, and is started again'
        database_start
    fi
    mark ready 'PostgreSQL takes connections'
    load_end
    no_backend_was_restarted
}
