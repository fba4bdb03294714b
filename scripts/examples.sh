#!/bin/sh
# Builds each project in examples/ against the installed modules, as a stranger's project would.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/messages.sh
. "$root/scripts/lib/messages.sh"
# shellcheck source=scripts/lib/locale.sh
. "$root/scripts/lib/locale.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"

use_utf8
require_tools jdk maven
JAVA_HOME=$(find_jdk)
export JAVA_HOME
maven=$(find_maven)

cd "$root"
"$maven" -B -ntp -q -DskipTests install \
    -pl reliability-health,reliability-backup,reliability-s3,reliability-jaxrs -am
for project in examples/*/pom.xml; do
    say "Building ${project%/pom.xml} ..."
    "$maven" -B -ntp -f "$project" verify
done
