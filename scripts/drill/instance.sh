# shellcheck shell=sh
# Drills with the backends themselves. Included by drill.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154,SC2317

drill_scenarios='kill stop rolling scale versions clock'

scenario_needs() {
    case $1 in
        kill | stop | rolling | scale) echo "instance_$1" ;;
        versions) echo other_jar ;;
        clock) echo clock ;;
    esac
}

scenario_kill() {
    what='One of two backends is killed (kill -9) and started again later.'
    must_keep reads-lost=0 "writes-lost=in-flight:$target_delay" moved-seconds=3
    load_start
    load_until 25
    mark broken 'kill -9 of backend-2'
    instance_kill backend-2
    load_until 50
    mark repaired 'backend-2 is started again'
    instance_start backend-2
    instance_await backend-2
    mark ready 'backend-2 is ready'
    load_end
}

scenario_stop() {
    what='One of two backends is frozen (SIGSTOP): it still takes connections, and answers nothing. Later it goes on.'
    must_keep reads-lost=0 writes-lost=in-flight:3 moved-seconds=3
    load_start
    load_until 25
    mark broken 'backend-2 is frozen'
    instance_freeze backend-2
    load_until 60
    mark repaired 'backend-2 goes on'
    instance_thaw backend-2
    load_end
}

scenario_rolling() {
    what='Both backends are restarted, one after the other, as an update does it.'
    must_keep reads-lost=0 writes-lost=0
    load_start
    load_until 15
    instances_roll
    load_end
}

# For targets that do not do it themselves.
roll_one_by_one() {
    for instance_name in backend-1 backend-2; do
        mark restart "$instance_name is asked to end"
        instance_end "$instance_name"
        mark start "$instance_name is started again"
        instance_start "$instance_name"
        instance_await "$instance_name"
        mark ready "$instance_name is ready"
        # The update goes on once traffic goes to it.
        sleep 3
    done
}

scenario_scale() {
    what='Two backends become five, and two again.'
    must_keep reads-lost=0 writes-lost=0
    load_start
    load_until 15
    mark scale-5 'three more backends are started'
    instances_scale 5
    mark five 'five backends are ready'
    load_until 60
    scale_served=$(instances_that_served)
    check_that 'backends that served requests' "$scale_served" 5
    mark scale-2 'three backends are asked to end'
    instances_scale 2
    mark two 'two backends are left'
    load_end
}

scenario_versions() {
    what="Two versions of the backend serve side by side, on one schema and one repository: backend-2 is another one."
    must_keep reads-lost=0 writes-lost=0
    load_start
    load_until 10
    mark replace 'backend-2 is asked to end'
    instance_end backend-2
    instance_jar=$other_jar
    instance_start backend-2
    instance_await backend-2
    mark ready 'backend-2 is ready, in the other version'
    load_until 50
    # What one version has backed up the other one must be able to read.
    for instance_name in backend-1 backend-2; do
        versions_backup "$instance_name"
    done
    load_end
}

versions_backup() {
    versions_maker=$(instance_url "$1")
    case $1 in
        backend-1) versions_reader=$(instance_url backend-2) ;;
        *) versions_reader=$(instance_url backend-1) ;;
    esac
    versions_operation=$(operation_begin "$versions_maker/api/v1/backup/create?type=full") || versions_operation=none
    check_that "backup by $1" "$(operation_end "$versions_operation" 300)" completed
    versions_backup_id=$(answer_field id)
    mark backup "$1 has made backup $versions_backup_id"
    versions_operation=$(operation_begin "$versions_reader/api/v1/backup/$versions_backup_id/verify?level=1") ||
        versions_operation=none
    check_that "its verification by the other version" "$(operation_end "$versions_operation" 300)" completed
}

# shellcheck source=scripts/drill/clock.sh
. "$root/scripts/drill/clock.sh"
