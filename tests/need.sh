#!/bin/sh
# What the tests need from Debian: a browser and age. Installed when root, else one line says what is missing.
set -eu
missing=""
command -v age >/dev/null || missing="$missing age"
command -v chromium >/dev/null || missing="$missing chromium"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
else
    echo "the tests need these Debian packages:$missing (apt-get install$missing)" >&2
    exit 2
fi
