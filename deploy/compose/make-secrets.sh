#!/bin/sh
# make-secrets.sh FOLDER: one file for each secret of docker-compose.yml. What a variable gives is written as it is; what
# none gives is made once, of 256 random bits, and kept. Run again it changes nothing but what a variable says otherwise.
#
#   POSTGRES_PASSWORD        db-password              the database server's superuser
#   DB_PASSWORD              app-db-password          the role that the backends run as
#   JWT_SECRET               jwt-secret               signs tokens, 32 bytes or more
#   BACKUP_SIGNING_KEY       backup-signing-key       signs backups, 32 bytes or more
#   DOCUMENTS_S3_ACCESS_KEY  documents-s3-access-key  and so on: of the documents' S3 server and of the backups'
#   GRAFANA_ADMIN_PASSWORD   grafana-admin-password
#
# Each file may be read by whom it is for alone, an S3 server's keys by it and by the backends; so this runs as root, with the right to give files away.
set -eu

postgres=999
backend=10001
documents=10002
backups=10003
grafana=472

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

random_hex() {
    od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# each_secret FUNCTION: calls it with variable, file, owner, group, and how many bytes there must be.
each_secret() {
    "$1" POSTGRES_PASSWORD db-password "$postgres" "$postgres" 1
    "$1" DB_PASSWORD app-db-password "$backend" "$backend" 1
    "$1" JWT_SECRET jwt-secret "$backend" "$backend" 32
    "$1" BACKUP_SIGNING_KEY backup-signing-key "$backend" "$backend" 32
    "$1" DOCUMENTS_S3_ACCESS_KEY documents-s3-access-key "$backend" "$documents" 1
    "$1" DOCUMENTS_S3_SECRET_KEY documents-s3-secret-key "$backend" "$documents" 1
    "$1" BACKUPS_S3_ACCESS_KEY backups-s3-access-key "$backend" "$backups" 1
    "$1" BACKUPS_S3_SECRET_KEY backups-s3-secret-key "$backend" "$backups" 1
    "$1" GRAFANA_ADMIN_PASSWORD grafana-admin-password "$grafana" "$grafana" 1
}

given() {
    eval "printf '%s' \"\${$1:-}\""
}

check() {
    [ -n "$(given "$1")" ] || return 0
    # Bytes, not what the locale takes for a character.
    [ "$(given "$1" | wc -c)" -ge "$5" ] || die "$1 must have $5 bytes or more"
    [ "$(given "$1" | wc -l)" -eq 0 ] || die "$1 must be one line"
}

# Appears whole, by rename; never shown. A secret that is there is not even read.
write() {
    if [ -n "$(given "$1")" ]; then
        printf '%s: given\n' "$2"
        secret_value=$(given "$1")
    elif [ -s "$folder/$2" ]; then
        printf '%s: kept\n' "$2"
        return 0
    else
        printf '%s: made\n' "$2"
        secret_value=$(random_hex)
    fi
    # What an earlier run left half made may belong to somebody else already.
    rm -f "$folder/$2.new"
    printf '%s' "$secret_value" >"$folder/$2.new"
    chmod 0440 "$folder/$2.new"
    chown "$3:$4" "$folder/$2.new"
    mv -f "$folder/$2.new" "$folder/$2"
}

[ $# -eq 1 ] || die 'the folder of the secrets is missing'
folder=$1
[ -d "$folder" ] || die "$folder is not a folder"
umask 077
each_secret check
# Others pass through the folder; what is in it is not theirs to read.
chmod 0755 "$folder"
each_secret write
