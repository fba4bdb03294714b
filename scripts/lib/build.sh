# shellcheck shell=sh
# The application's jar, built when it is older than what it is made of. Needs messages.sh, tools.sh and $root.

# require_application TOOL...: sets $jar and $java, builds if need be, and has these tools too, all asked for at once.
# RELIABILITY_JAR names a jar that was built elsewhere (for a container image): it is taken as it is.
require_application() {
    # shellcheck disable=SC2154  # $root is the including script's
    jar=${RELIABILITY_JAR:-$root/sample-app/target/sample-app.jar}
    if [ -n "${RELIABILITY_JAR:-}" ] || jar_is_current; then
        require_tools java "$@"
        [ -f "$jar" ] || die "RELIABILITY_JAR=$jar is not there"
    else
        require_tools jdk maven flock "$@"
        build_jar_alone
    fi
    # shellcheck disable=SC2034  # for the including script
    java=$(find_java)
}

build_jar_alone() {
    # Two starts must not build into the same folders; the lock sits on a file that is there anyway.
    exec 8<"$root/pom.xml"
    flock 8
    jar_is_current || build_jar
    exec 8<&-
}

# Maven leaves a jar alone whose content would not change, so the time of the last good build
# counts as well.
jar_is_current() {
    [ -f "$jar" ] && [ -d "${jar%/*}/lib" ] || return 1
    for build_reference in "$jar" "${jar%/*}/built"; do
        [ ! -f "$build_reference" ] || [ -n "$(sources_newer_than "$build_reference")" ] || return 0
    done
    return 1
}

sources_newer_than() (
    cd "$root" || exit
    find . \( -name target -o -name '.?*' -o -path ./drills \) -prune -o \
        -type f \( -name pom.xml -o -path '*/src/main/*' -o -path './reliability-core/src/test/*' \) -newer "$1" -print | head -n 1
)

build_jar() {
    say 'Building the application (the first time Maven fetches its libraries, which takes a few minutes) ...'
    mkdir -p "${jar%/*}"
    # Written before: a source that changes during the build is newer.
    : >"${jar%/*}/built.new"
    build_module sample-app
    [ -f "$jar" ] || die "the build made no $jar"
    mv -f "${jar%/*}/built.new" "${jar%/*}/built"
}

# build_module NAME: with what it needs, without their tests.
build_module() {
    build_maven=$(find_maven)
    (cd "$root" && JAVA_HOME=$(find_jdk) "$build_maven" -B -ntp -q -DskipTests -pl "$1" -am package >&2) ||
        die 'the build failed: see above'
}

# collector: the JVM's option for the one that suits these processes, unless JAVA_OPTS names another: with a small heap it
# is as fast as G1 here, and its memory stops growing earlier.
collector() {
    case ${JAVA_OPTS:-} in
        *-XX:+Use*GC*) ;;
        *) echo -XX:+UseSerialGC ;;
    esac
}

# serving_options: the JVM's for a backend, before those of JAVA_OPTS, which win. For a minute after its start the second
# compiler takes a core, and that is when traffic moves to it (docs/adr/0013-one-compiler.md).
serving_options() {
    echo "$(collector) -XX:TieredStopAtLevel=1"
}
