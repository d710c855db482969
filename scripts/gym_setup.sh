#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what the gym runs and is built with, on Debian 12, as root. None of the servers starts by itself:
# while they are installed, policy-rc.d says no.
set -eu

packages='postgresql-15 redis-server nginx-light prometheus prometheus-alertmanager
    prometheus-node-exporter prometheus-postgres-exporter prometheus-redis-exporter
    git zstd curl nftables iproute2 libfaketime
    libmicrohttpd-dev libcurl4-openssl-dev libpq-dev libhiredis-dev libpcre2-dev libssl-dev'

missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
    echo "gym_setup: as root: apt-get install --no-install-recommends$missing" >&2
    exit 2
fi

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
echo "gym_setup: installing$missing" >&2
apt-get update -q >/dev/null
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
