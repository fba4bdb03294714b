# shellcheck shell=sh
# The drill in which the database is lost. Included by drill.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154,SC2317

drill_scenarios=dropped

scenario_needs() {
    echo database_drop
}

scenario_dropped() {
    what='The database is dropped. The list of backups and the restore work without it, through nginx, while clients go on.'
    # What the load reads is in the backup; what it writes after it can not be.
    load_options=--read-prepared-only
    report_options='--beyond backup,dropped'
    must_keep recovered-seconds=3
    load_start
    load_until 10
    mark backup 'a backup of everything is begun'
    dropped_operation=$(operation_begin "$target_url/api/v1/backup/create?type=full") || die 'there is no backup'
    [ "$(operation_end "$dropped_operation" 120)" = completed ] || die "the backup failed: $(cat "$folder/answer")"
    dropped_id=$(answer_field id)
    mark made "backup $dropped_id is made"
    load_until 30
    mark broken 'the database is dropped'
    database_drop
    mark dropped 'it is gone'
    load_until 40
    dropped_status=$(api GET "$target_url/api/v1/backup/list")
    check_that 'the list of backups answers without the database' "$dropped_status" 200
    check_that 'it names the backup' "$(grep -c "\"$dropped_id\"" "$folder/answer")" 1
    mark restore 'its restore is begun'
    dropped_began=$(now_ms)
    dropped_operation=$(operation_begin "$target_url/api/v1/backup/restore/$dropped_id") || dropped_operation=none
    check_that 'the restore' "$(operation_end "$dropped_operation" 300)" completed
    mark repaired "restored: $(answer_field message)"
    check met 'time to recovery, from the call to the end' "$(($(now_ms) - dropped_began)) ms" 'no limit'
    load_end
    no_backend_was_restarted
}
