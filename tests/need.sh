#!/bin/sh
# What the tests need from Debian: a browser, age, openssl. Installed when root, else one line says what is missing.
# Further needs are given as command=package.
set -eu
missing=""
for need in age=age chromium=chromium openssl=openssl "$@"; do
    command -v "${need%%=*}" >/dev/null || missing="$missing ${need#*=}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
else
    echo "the tests need these Debian packages:$missing (apt-get install$missing)" >&2
    exit 2
fi
