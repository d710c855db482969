#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets with clang and runs each from its corpus for FUZZ_SECONDS (20); stops at the
# first finding, whose input is left in build-fuzz/findings. `fuzz/run.sh NAME...` runs only those; FUZZ_SECONDS=0 only builds.
set -eu
cd "$(dirname "$0")/.."
. fuzz/seeds.sh
seconds=${FUZZ_SECONDS:-20}
build=${FUZZ_BUILD:-build-fuzz}
jobs=${JOBS:-2}

if ! command -v clang >/dev/null; then
    echo "fuzz: clang is not installed: apt-get install clang" >&2
    exit 2
fi
names=$*
[ -n "$names" ] || names=$(ls fuzz/corpus)

# The engine is built for coverage too, else the fuzzer would only see the targets themselves.
if [ ! -f "$build/build.ninja" ]; then
    mkdir -p "$build"
    if ! CC=clang meson setup "$build" -Dfuzzers=true -Db_sanitize=address,undefined \
        -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link \
        ${WARROOM_DUCKDB:+-Dduckdb_prefix=$WARROOM_DUCKDB} >"$build/setup.txt" 2>&1; then
        tail -n 20 "$build/setup.txt" >&2
        exit 2
    fi
fi
targets=
for name in $names; do targets="$targets fuzz/fuzz-$name"; done
# shellcheck disable=SC2086 # a list of words
ninja -C "$build" -j "$jobs" --quiet $targets
[ "$seconds" -gt 0 ] || exit 0

for name in $names; do
    found=$build/corpus/$name findings=$build/findings/
    mkdir -p "$found" "$findings"
    echo "fuzz $name: $seconds s"
    # shellcheck disable=SC2046 # a word a line
    if ! UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        "$build/fuzz/fuzz-$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$findings$name-" \
        "$found" $(arguments_of "$name") >"$build/fuzz-$name.txt" 2>&1; then
        tail -n 60 "$build/fuzz-$name.txt"
        echo "fuzz $name: a finding; its input is in $findings" >&2
        exit 1
    fi
    sed -n 's/^stat::number_of_executed_units: */  inputs tried: /p' "$build/fuzz-$name.txt"
done
echo "fuzz: nothing found"
