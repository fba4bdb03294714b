# shellcheck shell=sh
# storage check of documents and backups, from where the backend will run and with what it will be given: by a Job of the
# suspended CronJob storage-check. Needs cluster.sh and explain.sh.
# shellcheck disable=SC2034,SC2154  # settings, shared with the script that includes it

check_stores() {
    say 'Checking the stores of documents and backups (storage check) ...'
    check_job=storage-check-$(date +%s)
    kube create job "$check_job" --from=cronjob/storage-check -n "$namespace" >/dev/null ||
        die 'the check could not be started: see above'
    # It takes minutes where nothing is wrong.
    check_seconds=$((timeout * 3))
    check_polls=$((check_seconds / 2))
    until check_has_ended; do
        check_cannot_start
        if [ "$check_polls" -le 0 ]; then
            check_failed "it has not ended after $check_seconds s"
        fi
        check_polls=$((check_polls - 1))
        sleep 2
    done
    case $check_conditions in
        *Complete*) ;;
        *) check_failed 'it says no' ;;
    esac
    say '  Both keep what backups rely on.'
}

check_has_ended() {
    check_conditions=$(kube get job "$check_job" -n "$namespace" \
        -o 'jsonpath={.status.conditions[?(@.status=="True")].type}')
    case $check_conditions in *Complete* | *Failed*) return 0 ;; *) return 1 ;; esac
}

# What waiting does not mend, before anything of the backend was changed.
check_cannot_start() {
    check_reasons=$(kube get pods -n "$namespace" -l "job-name=$check_job" \
        -o 'jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}')
    case $check_reasons in
        *ImagePullBackOff* | *ErrImageNeverPull* | *InvalidImageName*)
            explain_pods "job-name=$check_job"
            die "the nodes can not get the image $(image_of "$work/all.yaml"): push it and name the registry by" \
                '--registry, give the ServiceAccount imagePullSecrets for a private one, or load it into the nodes.' \
                'The backend was not changed.'
            ;;
        *CreateContainerConfigError*) check_failed 'its container can not be set up' ;;
    esac
}

check_failed() {
    explain_pods "job-name=$check_job"
    kube logs -n "$namespace" -l "job-name=$check_job" --all-containers --prefix --tail=-1 2>/dev/null | sed 's/^/    /' >&2
    die "storage check: $1, see above. The backend was not changed."
}

# Not left behind: the list of Jobs is the history of the backups.
stop_storage_check() {
    [ -z "${check_job:-}" ] ||
        kube delete job "$check_job" -n "$namespace" --ignore-not-found --wait=false >/dev/null 2>&1
}
