#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A day of `warroom serve` in 24 minutes: soak.sh BUILD [--hours N] [--pace TIMES] [--out FOLDER]. The server's clock runs
# sixty times as fast (bench/soak/clock.c); alerts of all senders, storms, telemetry, readers and people come in; sources
# and receivers have moods, children are killed, connections cut, the clock is set, the disk is full. At the end nothing
# may be lost or left over, and nothing may have grown. Mounts a small file system for the disk where it may.
set -eu
build=$1
meson compile -C "$build" soak-clock >/dev/null 2>&1 || ninja -C "$build" bench/libsoak-clock.so >/dev/null
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$(dirname "$0")/soak/run.py" "$@"
