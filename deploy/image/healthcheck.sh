#!/bin/bash
# Whether the backend is ready, for Docker's HEALTHCHECK: exit code 0 or 1, and the status line that says why. bash opens
# the connection itself, so the image needs no curl.
set -eu

exec 3<>"/dev/tcp/127.0.0.1/${MANAGEMENT_PORT:-${SERVER_PORT:-8080}}"
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
if ! read -r -t 4 status_line <&3; then
    echo 'no answer within 4 s'
    exit 1
fi
printf '%s\n' "${status_line%$'\r'}"
case $status_line in
    'HTTP/1.'?' 200 '*) ;;
    *) exit 1 ;;
esac
