# shellcheck shell=sh
# k8s/secrets.yaml, or the Secret that is in the cluster: what would not work is refused by its key. No value is ever
# printed or handed to a program: they stay in variables of this shell, as Go quotes them, one a line.
# Needs cluster.sh and render.sh.
# shellcheck disable=SC2034,SC2154,SC2016  # settings, shared with the script that includes it, and templates of Go

secrets_file=$root/k8s/secrets.yaml
secret_value_minimum=32

# A line a key: key, type, length in bytes, text in quotes.
secret_template='{{range $key, $value := .stringData}}{{$text := printf "%v" $value}}'\
'{{$key}} {{printf "%T" $value}} {{len $text}} {{printf "%q" $text}}{{"\n"}}{{end}}'\
'{{range $key, $value := .data}}{{$text := base64decode $value}}'\
'{{$key}} string {{len $text}} {{printf "%q" $text}}{{"\n"}}{{end}}'

check_secrets_file() {
    [ -z "$keep_secrets" ] || return 0
    [ -r "$secrets_file" ] || refuse "there is no k8s/secrets.yaml that can be read; --keep-secrets does without"
    say 'Checking k8s/secrets.yaml ...'
    # Annotating a local file is how kubectl reads YAML without asking a server.
    secret_names=$(kubectl annotate --local -f "$secrets_file" read=by-deploy-k8s \
        -o 'go-template={{.kind}}/{{.metadata.name}}/{{.metadata.namespace}}{{"\n"}}' 2>"$work/secrets") || {
        tail_of "$work/secrets"
        refuse 'k8s/secrets.yaml can not be read: see above'
    }
    [ "$secret_names" = "Secret/$secret/$namespace" ] ||
        refuse "k8s/secrets.yaml must hold Secret $secret of namespace $namespace alone, and holds: $secret_names"
    secrets_given=$(kubectl annotate --local -f "$secrets_file" read=by-deploy-k8s -o "go-template=$secret_template" \
        2>/dev/null) || refuse 'k8s/secrets.yaml: a value under "data" is not base64; write values under "stringData"'
    check_secret_values "$secrets_given" k8s/secrets.yaml
    [ -z "${objected:-}" ] || say '  A good value: openssl rand -hex 32   Secrets that are in the cluster already: --keep-secrets'
}

# check_secret_values LINES WHERE
check_secret_values() {
    while read -r secret_key secret_type secret_bytes secret_text; do
        case $secret_type:$secret_text in
            :) ;;
            string:'""' | '<nil>':*) object "$2: $secret_key is empty" ;;
            string:'"<'*'>"' | string:'"<'*'>\n"') object "$2: $secret_key is still the placeholder" ;;
            string:*'\n"') object "$2: $secret_key ends with a line break, which would be part of it" ;;
            string:*) check_secret_length "$secret_key" "$secret_bytes" "$secret_text" "$2" ;;
            *) object "$2: $secret_key is not a text: put it in quotes" ;;
        esac
    done <<LINES
$1
LINES
    for secret_key in $(rendered_secret_keys "$work/all.yaml"); do
        [ -n "$(secret_text_of "$secret_key" "$1")" ] || object "$2: $secret_key is missing"
    done
}

# check_secret_length KEY BYTES TEXT WHERE: of a list of keys each one counts, since each alone is trusted.
check_secret_length() {
    case $1 in
        jwt-secret)
            [ "$2" -ge "$secret_value_minimum" ] ||
                object "$4: $1 has $2 bytes: $secret_value_minimum or more are needed"
            ;;
        backup-signing-key)
            secret_rest=${3#?}
            secret_rest=${secret_rest%?},
            while [ -n "$secret_rest" ]; do
                secret_part=${secret_rest%%,*}
                secret_rest=${secret_rest#*,}
                [ "${#secret_part}" -ge "$secret_value_minimum" ] ||
                    object "$4: $1 has a key of ${#secret_part} bytes: $secret_value_minimum or more are needed"
            done
            ;;
    esac
}

# secret_text_of KEY LINES: its quoted text.
secret_text_of() {
    while read -r secret_line_key secret_line_type secret_line_bytes secret_line_text; do
        [ "$secret_line_key" != "$1" ] || printf '%s' "$secret_line_text"
    done <<LINES
$2
LINES
}

check_secret_in_cluster() {
    secrets_kept=$(kube get secret "$secret" -n "$namespace" --ignore-not-found -o "go-template=$secret_template" \
        2>/dev/null) || secrets_kept=unreadable
    case $keep_secrets:$secrets_kept in
        yes:unreadable) warn "Secret $secret may not be read: it was not checked" ;;
        yes:) object "Secret $secret is not in namespace $namespace: --keep-secrets needs it there" ;;
        yes:*) check_secret_values "$secrets_kept" "Secret $secret" ;;
        :unreadable | :) ;;
        *) compare_secrets ;;
    esac
}

# What was made with the values before does not follow by itself.
compare_secrets() {
    for secret_key in db-user db-password; do
        secret_before=$(secret_text_of "$secret_key" "$secrets_kept")
        [ -z "$secret_before" ] || [ "$secret_before" = "$(secret_text_of "$secret_key" "$secrets_given")" ] ||
            warn "$secret_key is another one than in the cluster. PostgreSQL keeps the one that it was made with, unless" \
                'you have changed it there too (ALTER ROLE)'
    done
    secret_before=$(secret_text_of backup-signing-key "$secrets_kept")
    secret_before=${secret_before#?}
    secret_before=${secret_before%?}
    secret_now=$(secret_text_of backup-signing-key "$secrets_given")
    secret_now=${secret_now#?}
    case ,${secret_now%?}, in
        *,"${secret_before%%,*}",*) ;;
        *)
            [ -z "$secret_before" ] ||
                warn 'backup-signing-key lacks the key that signed the backups so far: they would no longer be restored.' \
                    'Put the new key first, then a comma and the old one'
            ;;
    esac
}
