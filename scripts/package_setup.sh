#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what packages are made with, on Debian 12, as root.
set -eu

missing=
for package in patchelf dpkg-dev binutils groff-base zstd mmdebstrap systemd-container libpq5 nettle-dev liblzma-dev libzstd-dev \
    libbz2-dev liblz4-dev; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
    echo "package_setup: as root: apt-get install --no-install-recommends$missing" >&2
    exit 2
fi
echo "package_setup: installing$missing" >&2
apt-get update -q >/dev/null
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
