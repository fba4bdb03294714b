# shellcheck shell=sh
# Time, CPU and medians, by what Linux itself counts: no program has to be installed.

# now_ms: time that passes, in milliseconds.
now_ms() {
    awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}

# cpu_ms_of_children PID: CPU that PID's children took which have ended, and theirs, in milliseconds. Of a PostgreSQL
# server these are the backends of all sessions that are over.
cpu_ms_of_children() {
    # The second field is a name that may hold anything, so fields are counted behind its bracket.
    sed 's/.*) //' "/proc/$1/stat" | awk -v tick="$(getconf CLK_TCK)" '{ printf "%d\n", ($14 + $15) * 1000 / tick }'
}

# median: of the numbers on stdin, one a line.
median() {
    sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

# goal NAME MEASURED TARGET: at most TARGET is met.
goal() {
    awk -v name="$1" -v measured="$2" -v target="$3" \
        'BEGIN { printf "goal %s %.2f %.2f %s\n", name, measured, target, measured <= target ? "met" : "short" }'
}
