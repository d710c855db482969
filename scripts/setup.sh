#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what the build needs and is not there: Debian packages, and DuckDB and uPlot through npm,
# whose packages are checked by digest. Does nothing, and at once, where all is there.
# WARROOM_DUCKDB=PREFIX names an installed DuckDB to use instead.
set -eu
cd "$(dirname "$0")/.."

packages='gcc libc6-dev libstdc++6 meson ninja-build pkg-config libjansson-dev libarchive-dev libcurl4-openssl-dev libsqlite3-dev libyaml-dev libssl-dev zlib1g-dev libsnappy-dev libmicrohttpd-dev libseccomp-dev liblua5.4-dev libcmocka-dev'
duckdb_version=1.4.4
library_package=@duckdb/node-bindings-linux-x64@1.4.4-r.4
library_sha512=8c14cbfd6bdfc312d3a056bfa551df4fa7a532d96d2469dcdf04aec590fd39f325b62b7d614755152dfbbc1150cd7313d59f0e5a3b528cc87eccf2b13b01cb1c
header_package=duckdb@1.4.4
header_sha512=844249e61c9517454b8f776638ba6c5ab411d1bddde1892ab72826ea25178c72430e74aa83f5122b171be6abcdace84560f824b5ac94e9d5c2b603ea7269a9a2
prefix=$PWD/.deps/duckdb
uplot_version=1.6.32
uplot_sha512=2883159c6ebccefbb95d751b0b82d010f9e1c0ec41b8bc96d401eda66e882935c89a46cb824332fa369b8cb8122cc6ac36e186cd09bf7a9ded3a4c93c6989023

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        echo "setup: '$*' needs root, and there is no sudo" >&2
        exit 2
    fi
}

is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

install_packages() {
    missing=
    for package in "$@"; do is_installed "$package" || missing="$missing $package"; done
    [ -z "$missing" ] && return
    echo "setup: installing$missing" >&2
    as_root apt-get update -q >/dev/null
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
}

install_duckdb() {
    [ "$(cat "$prefix/version" 2>/dev/null || true)" = "$duckdb_version" ] && return
    command -v npm >/dev/null || install_packages npm
    echo "setup: fetching DuckDB $duckdb_version" >&2
    rm -rf "$prefix" .deps/fetch
    sh scripts/fetch.sh "$library_package" "$library_sha512" .deps/fetch/library
    sh scripts/fetch.sh "$header_package" "$header_sha512" .deps/fetch/header
    mkdir -p "$prefix/lib" "$prefix/include"
    cp .deps/fetch/library/package/libduckdb.so "$prefix/lib/"
    cp .deps/fetch/header/package/src/duckdb/src/include/duckdb.h "$prefix/include/"
    rm -rf .deps/fetch
    echo "$duckdb_version" > "$prefix/version"
}

# What draws the charts of the page; three files of it are built into the program.
install_uplot() {
    [ "$(cat .deps/uplot/version 2>/dev/null || true)" = "$uplot_version" ] && return
    command -v npm >/dev/null || install_packages npm
    echo "setup: fetching uPlot $uplot_version" >&2
    rm -rf .deps/uplot .deps/fetch
    sh scripts/fetch.sh "uplot@$uplot_version" "$uplot_sha512" .deps/fetch/uplot
    mkdir -p .deps/uplot
    cp .deps/fetch/uplot/package/dist/uPlot.iife.min.js .deps/fetch/uplot/package/dist/uPlot.min.css .deps/uplot/
    cp .deps/fetch/uplot/package/LICENSE .deps/uplot/uPlot.LICENSE.txt
    rm -rf .deps/fetch
    echo "$uplot_version" > .deps/uplot/version
}

# shellcheck disable=SC2086
install_packages $packages
install_uplot
[ -n "${WARROOM_DUCKDB:-}" ] || install_duckdb
if [ ! -f build/build.ninja ]; then
    mkdir -p build
    if ! meson setup build ${WARROOM_DUCKDB:+-Dduckdb_prefix=$WARROOM_DUCKDB} >build/setup.txt; then
        tail -n 20 build/setup.txt >&2
        exit 2
    fi
fi
