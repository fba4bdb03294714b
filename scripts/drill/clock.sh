# shellcheck shell=sh
# The drill with a backend whose clock is an hour ahead. Included by instance.sh.
# shellcheck disable=SC2034,SC2154,SC2317

scenario_clock() {
    what='The wall clock of backend-2 is an hour ahead (its monotonic one runs true), as on a machine that nobody set right.'
    must_keep reads-lost=0 writes-lost=0
    load_start
    load_until 5
    mark skew 'backend-2 is asked to end'
    instance_end backend-2
    instance_clock=+1h
    instance_start backend-2
    instance_await backend-2
    mark skewed 'backend-2 is ready, an hour ahead'
    load_until 40
    clock_leases
    clock_tokens
    clock_retention
    load_end
}

# A backup is begun on each side at the same moment: one does it, the other one says who does.
clock_leases() {
    clock_begin backend-1 &
    clock_first=$!
    clock_begin backend-2 &
    clock_second=$!
    wait "$clock_first" "$clock_second"
    clock_statuses="$(cat "$folder/backend-1.status") and $(cat "$folder/backend-2.status")"
    mark backups "a backup was begun on both at once: $clock_statuses"
    case $clock_statuses in
        '202 and 409' | '409 and 202') check met 'one of two backups begun at once' "$clock_statuses" '202 and 409' ;;
        *) check missed 'one of two backups begun at once' "$clock_statuses" '202 and 409' ;;
    esac
    # Then each side alone: backups of both clocks stand side by side, in the order in which they were made.
    clock_backup backend-1
    clock_backup backend-2
    clock_backup backend-1
}

clock_begin() {
    mkdir -p "$folder/$1.api"
    api_in "$folder/$1.api" POST "$(instance_url "$1")/api/v1/backup/create?type=full" >"$folder/$1.status"
}

clock_backup() {
    await 300 clock_backup_begins "$1" || :
    check_that "a backup by $1" "$(operation_end "$(answer_field operation)" 300)" completed
    clock_id=$(answer_field id)
    clock_operation=$(operation_begin "$target_url/api/v1/backup/$clock_id/verify?level=1") || clock_operation=none
    check_that "each byte of it read again" "$(operation_end "$clock_operation" 300)" completed
}

clock_backup_begins() {
    [ "$(api POST "$(instance_url "$1")/api/v1/backup/create?type=database")" = 202 ]
}

# A token for half an hour is over where it is an hour later: 401, and the problem says why.
clock_tokens() {
    clock_token=$(target_make_token 30m)
    check_that 'a token for half an hour, where the clock is right' \
        "$(api GET "$(instance_url backend-1)/api/v1/documents?limit=1" "$clock_token")" 200
    check_that 'the same where it is an hour later' \
        "$(api GET "$(instance_url backend-2)/api/v1/documents?limit=1" "$clock_token")" 401
    mark token "the token for half an hour on backend-2: $(answer_field detail)"
    case $(answer_field detail) in
        *clock*) check met 'its problem names the clocks' yes yes ;;
        *) check missed 'its problem names the clocks' "$(answer_field detail)" 'the word clock' ;;
    esac
}

# By clocks that differ nothing is deleted, and the refusal says so.
clock_retention() {
    clock_status=0
    target_clean_up >"$folder/cleanup.log" 2>&1 || clock_status=$?
    clock_says=$(grep -i clock "$folder/cleanup.log" | head -n 1)
    mark retention "cleanup with the clock of backend-2: exit code $clock_status, ${clock_says:-nothing about clocks}"
    check_that 'cleanup by the wrong clock is refused (exit code)' "$clock_status" 4
    check_that 'the refusal names the clocks' "$([ -n "$clock_says" ] && echo yes || echo no)" yes
}
