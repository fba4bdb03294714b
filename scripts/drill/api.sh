# shellcheck shell=sh
# The backends' API, as drills use it besides the load. Included by drill.sh, whose variables it uses.
# shellcheck disable=SC2154

# api METHOD URL [TOKEN]: the body is in $folder/answer, the status is printed; 000 if there was none.
api() {
    api_in "$folder" "$@"
}

# api_in FOLDER METHOD URL [TOKEN]: the same with files in FOLDER, for calls at once.
api_in() {
    # The token comes from a file of our own: on a command line everybody could read it.
    printf 'header = "Authorization: Bearer %s"\n' "${4:-$target_token}" >"$1/curl.conf"
    curl -sS --noproxy '*' -m 30 -K "$1/curl.conf" -X "$2" -o "$1/answer" -w '%{http_code}' "$3" 2>>"$1/curl.log" || :
}

# answer_field NAME: of the last answer, its first.
answer_field() {
    sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p' "$folder/answer" | head -n 1
}

# operation_begin URL: prints the operation's id; fails with the status on stderr if it does not begin.
operation_begin() {
    operation_status=$(api POST "$1")
    if [ "$operation_status" = 202 ]; then
        answer_field operation
    else
        say "POST $1: $operation_status $(cat "$folder/answer")"
        return 1
    fi
}

# operation_end OPERATION SECONDS: waits for its end and prints its status; the operation is in $folder/answer.
operation_end() {
    await "$2" operation_has_ended "$1" || :
    answer_field status
}

operation_has_ended() {
    [ "$(api GET "$target_url/api/v1/backup/operations/$1")" = 200 ] && [ "$(answer_field status)" != running ]
}
