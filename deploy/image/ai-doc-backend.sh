#!/bin/sh
# The image's entry point: the application with the options that suit a container, then those of JAVA_OPTS, which win.
set -eu

# With a small heap it is as fast as G1 here, and its memory stops growing earlier.
collector=-XX:+UseSerialGC
case ${JAVA_OPTS:-} in *-XX:+Use*GC*) collector= ;; esac

# For a minute after a start the second compiler takes a core, and that is when traffic moves to it
# (docs/adr/0013-one-compiler.md).
compiler=-XX:TieredStopAtLevel=1

# As process 1 it has to bury what others leave to it, which a JVM does not do.
launcher=
[ $$ -ne 1 ] || launcher='/usr/bin/tini --'

# A quarter of the container's memory is heap. Threads, classes, code and buffers need up to 200 MB more; pg_dump, psql and
# a test restore's PostgreSQL live under the same limit.
# shellcheck disable=SC2086  # lists of options
exec $launcher "$JAVA_HOME/bin/java" $collector $compiler -XX:MaxRAMPercentage=25 -XX:+ExitOnOutOfMemoryError \
    -XX:AOTCache=/app/sample-app.aot ${JAVA_OPTS:-} -jar /app/sample-app.jar "$@"
