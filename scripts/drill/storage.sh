# shellcheck shell=sh
# The drill with the documents' storage. Included by drill.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154,SC2317

drill_scenarios=gone

scenario_needs() {
    echo storage
}

scenario_gone() {
    what="The storage with the documents' bytes is gone for a while; the database, with what is known of them, is there."
    must_keep breaker-seconds=8 refused-millis=100 rows-lost=0 unexplained=0 recovered-seconds=3
    load_start
    load_until 25
    mark broken "the documents' storage is gone"
    storage_take
    load_until 60
    mark repaired "the documents' storage is given back"
    storage_give_back
    mark ready "the documents' storage answers"
    load_end
    no_backend_was_restarted
}
