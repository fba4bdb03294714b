#!/bin/sh
# Runs all tests: finds or installs what they need, then mvn verify with the arguments given here.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
# shellcheck source=scripts/lib/messages.sh
. "$root/scripts/lib/messages.sh"
# shellcheck source=scripts/lib/locale.sh
. "$root/scripts/lib/locale.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"

case ${1:-} in
    -h | --help)
        echo 'Usage: scripts/test.sh [MAVEN ARGUMENT...]      e.g. scripts/test.sh -pl reliability-core -am'
        exit 0
        ;;
esac

use_utf8
require_tools jdk maven postgresql nginx curl flock setpriv age jq strace zstd
JAVA_HOME=$(find_jdk)
PATH=$PATH:$(find_postgresql any)
command -v nginx >/dev/null || PATH=$PATH:$(dirname -- "$(find_nginx)")
export JAVA_HOME PATH

maven=$(find_maven)
cd "$root"
exec "$maven" verify "$@"
