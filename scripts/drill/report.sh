# shellcheck shell=sh
# The report of a drill: a heading, then what drills.jar writes of each scenario. Included by drill.sh, whose variables it
# uses.
# shellcheck disable=SC2034,SC2154

report_scenario() {
    report_chart=${report%.md}-$scenario.svg
    report_verdict=passed
    # shellcheck disable=SC2086  # lists of options
    "$java" -jar "$drills_jar" report --in "$folder" --title "$drill $scenario" --what "$what" \
        --section "$folder/section.md" --chart "$report_chart" $goals $report_options >&2 || report_verdict=failed
    [ -s "$folder/section.md" ] || die "there is no report of $drill $scenario: see above"
    [ "$report_verdict" = passed ] || drill_status=1
    echo "$report_verdict" >"$folder/verdict"
}

write_report() {
    {
        echo "# Drill: $drill"
        echo
        echo "$(date -u '+%Y-%m-%d %H:%M') UTC, target \`$target\`, $rate requests a second for $seconds s each, on" \
            "$(getconf _NPROCESSORS_ONLN) cores. A quarter of the requests upload a document of up to 64 kB, the others" \
            'read: bytes, metadata, lists. They are sent when they are due, whatever became of those before.'
        echo
        echo '| scenario | verdict |'
        echo '|---|---|'
        for scenario in $scenarios; do
            echo "| $scenario | $(cat "$drill_dir/$scenario/verdict") |"
        done
        if [ -n "$left_out" ]; then
            echo
            printf '%s' "$left_out"
        fi
        for scenario in $scenarios; do
            echo
            cat "$drill_dir/$scenario/section.md"
        done
    } >"$report"
}
