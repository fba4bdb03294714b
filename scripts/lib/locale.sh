# shellcheck shell=sh
# A JVM can only use the file names that the locale's characters can write. Scheduled jobs and bare machines often have
# no locale at all.

use_utf8() {
    if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then
        LC_ALL=C.UTF-8
        export LC_ALL
    fi
}
