# shellcheck shell=sh
# What measures drills, built when it is older than what it is made of. Included by drill.sh; needs lib/build.sh.

# require_drills: sets $drills_jar; DRILLS_JAR names one that was built elsewhere.
require_drills() {
    # shellcheck disable=SC2154  # $root is the including script's
    drills_jar=${DRILLS_JAR:-$root/drills/target/drills.jar}
    if [ -n "${DRILLS_JAR:-}" ]; then
        [ -f "$drills_jar" ] || die "DRILLS_JAR=$drills_jar is not there"
    elif ! drills_jar_is_current; then
        require_tools jdk maven flock
        say 'Building what measures drills ...'
        # Two starts must not build into the same folders.
        exec 8<"$root/pom.xml"
        flock 8
        build_module drills
        exec 8<&-
        # Maven leaves a jar alone whose content would not change.
        touch "$drills_jar"
    fi
}

drills_jar_is_current() {
    [ -f "$drills_jar" ] &&
        [ -z "$(find "$root/pom.xml" "$root/drills/pom.xml" "$root/drills/src/main" "$root/reliability-core/src/main" \
            -newer "$drills_jar")" ]
}
