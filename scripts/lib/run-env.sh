# shellcheck shell=sh
# run.env: the settings of a running instance, for shells that source it.

# run_env_line NAME VALUE: a line that any shell reads back as exactly VALUE.
run_env_line() {
    printf "%s='%s'\n" "$1" "$(printf '%s' "$2" | sed "s/'/'\\\\''/g")"
}

# write_run_env FILE NAME...: the current values of these variables; FILE appears whole, by rename.
write_run_env() {
    run_env_file=$1
    shift
    (
        umask 077
        {
            echo 'set -a'
            for run_env_name; do
                eval "run_env_value=\${$run_env_name:-}"
                # shellcheck disable=SC2154  # set by eval
                run_env_line "$run_env_name" "$run_env_value"
            done
            echo 'set +a'
        } >"$run_env_file.new"
    )
    mv -f "$run_env_file.new" "$run_env_file"
}
