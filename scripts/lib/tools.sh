# shellcheck shell=sh
# Finds the programs that the scripts need, and installs what is missing where apt-get may do so.
# Needs messages.sh.

java_minimum=17
maven_minimum=3.8

# require_tools NAME...: names are java, jdk, maven, postgresql, nginx, kustomize, or a program's own name. Afterwards each is
# there, or the script has ended with one line that says what is missing and how to get it.
require_tools() {
    tools_missing=$(missing_tools "$@")
    [ -n "$tools_missing" ] || return 0
    # shellcheck disable=SC2086  # a list of plain words
    install_tools $tools_missing
    # shellcheck disable=SC2086
    tools_missing=$(missing_tools $tools_missing)
    # shellcheck disable=SC2086
    [ -z "$tools_missing" ] || die "this system's packages are too old, still missing: $(describe_tools $tools_missing)." \
        'Install newer ones and put them on PATH.'
}

missing_tools() {
    for tool_name; do
        case $tool_name in
            java) find_java >/dev/null || echo java ;;
            jdk) find_jdk >/dev/null || echo jdk ;;
            maven) find_maven >/dev/null || echo maven ;;
            postgresql) find_postgresql any >/dev/null || echo postgresql ;;
            nginx) find_nginx >/dev/null || echo nginx ;;
            kustomize) find_kustomize >/dev/null || echo kustomize ;;
            *) command -v "$tool_name" >/dev/null || echo "$tool_name" ;;
        esac
    done
}

describe_tools() {
    tools_text=
    for tool_name; do
        case $tool_name in
            java) tool_text="Java $java_minimum or newer" ;;
            jdk) tool_text="JDK $java_minimum or newer" ;;
            maven) tool_text="Maven $maven_minimum or newer" ;;
            postgresql) tool_text='the PostgreSQL programs (initdb, pg_ctl, postgres, pg_dump, psql)' ;;
            *) tool_text=$tool_name ;;
        esac
        tools_text=${tools_text:+$tools_text, }$tool_text
    done
    printf '%s' "$tools_text"
}

# --- Java -------------------------------------------------------------------------------------------------------------

# java_home_with PROGRAM: the first Java home, new enough, whose bin folder holds PROGRAM.
java_home_with() {
    java_on_path=$(command -v "$1" 2>/dev/null) || java_on_path=
    [ -z "$java_on_path" ] || java_on_path=$(readlink -f "$java_on_path") || java_on_path=
    for java_candidate in "${JAVA_HOME:-}" "${java_on_path%/bin/*}" /usr/lib/jvm/* /opt/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -x "$java_candidate/bin/java" ] || continue
        [ -x "$java_candidate/bin/$1" ] || continue
        java_major=$("$java_candidate/bin/java" -version 2>&1 |
            sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p')
        if [ "${java_major:-0}" -ge "$java_minimum" ]; then
            printf '%s\n' "$java_candidate"
            return 0
        fi
    done
    return 1
}

find_jdk() {
    java_home_with javac
}

find_java() {
    java_home_found=$(java_home_with java) && printf '%s\n' "$java_home_found/bin/java"
}

# --- Maven ------------------------------------------------------------------------------------------------------------

find_maven() {
    for maven_candidate in "${MAVEN_HOME:-}/bin/mvn" "$(command -v mvn)" /opt/maven/bin/mvn; do
        [ -x "$maven_candidate" ] || continue
        # Maven asks JAVA_HOME first, also when that is an old one or gone.
        maven_version=$(JAVA_HOME=$(find_jdk || :) "$maven_candidate" -v 2>/dev/null |
            sed -n 's/.*Apache Maven \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
        if version_at_least "$maven_version" "$maven_minimum"; then
            printf '%s\n' "$maven_candidate"
            return 0
        fi
    done
    return 1
}

# version_at_least "3 9" 3.8
version_at_least() {
    printf '%s %s\n' "$1" "$2" | tr . ' ' | awk '{ exit !(NF == 4 && ($1 > $3 || $1 == $3 && $2 >= $4)) }'
}

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

# find_postgresql MAJOR|any: the folder that holds all programs of that major version, or of the newest.
# Debian keeps them off the PATH.
find_postgresql() {
    postgresql_best=
    postgresql_best_major=0
    postgresql_on_path=$(command -v initdb 2>/dev/null) || postgresql_on_path=
    [ -z "$postgresql_on_path" ] || postgresql_on_path=$(readlink -f "$postgresql_on_path")
    for postgresql_candidate in "${PG_BIN:-}" "${postgresql_on_path%/*}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
        /opt/homebrew/opt/postgresql@*/bin /usr/local/pgsql/bin; do
        postgresql_major=$(postgresql_major_of "$postgresql_candidate") || continue
        [ "$1" = any ] || [ "$1" = "$postgresql_major" ] || continue
        if [ "$postgresql_major" -gt "$postgresql_best_major" ]; then
            postgresql_best=$postgresql_candidate
            postgresql_best_major=$postgresql_major
        fi
        # The caller's own choice: no newer one is better.
        [ "$postgresql_candidate" != "${PG_BIN:-}" ] || break
    done
    [ -n "$postgresql_best" ] && printf '%s\n' "$postgresql_best"
}

postgresql_major_of() {
    for postgresql_program in initdb pg_ctl postgres pg_dump psql; do
        [ -x "$1/$postgresql_program" ] || return 1
    done
    "$1/postgres" -V | sed 's/[^0-9]*\([0-9]*\).*/\1/'
}

# --- nginx ------------------------------------------------------------------------------------------------------------

# Debian keeps it in a folder that is on root's PATH alone.
find_nginx() {
    command -v nginx || { [ -x /usr/sbin/nginx ] && echo /usr/sbin/nginx; }
}

# --- Kustomize --------------------------------------------------------------------------------------------------------

# Where it lies when no package of this system has it. $root is the including script's.
kustomize_folder=${root:-.}/.local/tools/kustomize

# find_kustomize: a program that renders k8s/; kubectl does so too.
find_kustomize() {
    if [ -x "$kustomize_folder/usr/bin/kustomize" ]; then
        printf '%s\n' "$kustomize_folder/usr/bin/kustomize"
    else
        command -v kustomize || command -v kubectl
    fi
}

# Debian 12 has no package of it: Debian 13's, by the mirror that this system uses and checked by its keys, is unpacked into
# the project. The system's own sources and lists stay as they are.
unpack_kustomize() (
    # shellcheck disable=SC2016  # apt-get's own fields
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(CODENAME)' 'Created-By: Packages' 2>/dev/null |
        awk '$2 == "Debian" && $3 !~ /-/ { print $1; exit }')
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    { [ -n "$mirror" ] && [ -f "$keys" ]; } || return 1
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # apt fetches as a user of its own.
    chmod 755 "$work"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    echo "deb [signed-by=$keys] $mirror trixie main" >"$work/sources.list"
    cd "$work" || return 1
    for apt_command in '-o APT::Update::Error-Mode=any update' 'download kustomize'; do
        # shellcheck disable=SC2086  # words
        apt-get -q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- \
            -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o Acquire::Languages=none \
            $apt_command >"$work/output" 2>&1 || {
            tail_of "$work/output"
            return 1
        }
    done
    rm -rf "$kustomize_folder"
    mkdir -p "$kustomize_folder"
    dpkg-deb -x kustomize_*.deb "$kustomize_folder"
)

# --- Packages ---------------------------------------------------------------------------------------------------------

package_of() {
    case $1 in
        java | jdk) # the oldest that will do, else the system's own
            if apt-cache show "openjdk-$java_minimum-jdk-headless" >/dev/null 2>&1; then
                echo "openjdk-$java_minimum-jdk-headless"
            else
                echo default-jdk-headless
            fi
            ;;
        flock | setpriv) echo util-linux ;;
        nginx) echo nginx-light ;;
        *) echo "$1" ;;
    esac
}

# Certificates too, because Maven and curl fetch over TLS.
packages_of() {
    for package_tool in ca-certificates "$@"; do
        package_of "$package_tool"
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

may_be_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

install_tools() {
    case " $* " in
        *' kustomize '*)
            if command -v apt-get >/dev/null && ! apt-cache show kustomize >/dev/null 2>&1; then
                say 'Missing: kustomize, and this system has no package of it. Unpacking the one of Debian 13 ...'
                unpack_kustomize || die 'missing: kustomize (5.0 or newer) or kubectl (1.27 or newer). Put one of them on PATH.'
                # shellcheck disable=SC2046  # a list of plain words
                set -- $(printf '%s\n' "$@" | grep -vx kustomize)
                [ $# -gt 0 ] || return 0
            fi
            ;;
    esac
    command -v apt-get >/dev/null ||
        die "missing: $(describe_tools "$@"). Install it with this system's package manager and put it on PATH."
    may_be_root ||
        die "missing: $(describe_tools "$@"). As root: apt-get install --no-install-recommends $(packages_of "$@")"
    say "Missing: $(describe_tools "$@"). Installing it with apt-get ..."
    apt_update_output=$(as_root apt-get -q update 2>&1) || say "apt-get update failed: trying with the lists that are here"
    case " $* " in *' postgresql '*) forbid_main_cluster ;; esac
    case " $* " in *' nginx '*) forbid_nginx_server ;; esac
    # shellcheck disable=SC2046  # a list of plain words
    apt_output=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 \
        install $(packages_of "$@") 2>&1) || {
        printf '%s\n%s\n' "$apt_update_output" "$apt_output" | tail -n 20 >&2
        die "apt-get install $(packages_of "$@") failed: see above"
    }
}

# The package would make a cluster of its own and start it: the scripts only want the programs.
forbid_main_cluster() {
    cluster_conf=/etc/postgresql-common/createcluster.conf
    ! grep -Eqs '^[[:space:]]*create_main_cluster[[:space:]]*=[[:space:]]*(false|no|off|0)' "$cluster_conf" || return 0
    say "Writing create_main_cluster = false to $cluster_conf, so that apt-get starts no server of its own"
    as_root mkdir -p "${cluster_conf%/*}"
    echo 'create_main_cluster = false' | as_root tee -a "$cluster_conf" >/dev/null
}

# So would this one, on port 80: a unit that points nowhere is neither started nor enabled.
forbid_nginx_server() {
    nginx_unit=/etc/systemd/system/nginx.service
    [ ! -e "$nginx_unit" ] && [ ! -L "$nginx_unit" ] || return 0
    say "Masking $nginx_unit, so that apt-get starts no server of its own; to have one: systemctl unmask nginx"
    as_root mkdir -p "${nginx_unit%/*}"
    as_root ln -s /dev/null "$nginx_unit"
}
