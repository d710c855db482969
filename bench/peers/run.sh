#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The program beside its peers: run.sh [DATA [BUILD [OUT [ROW...]]]]. docs/BENCHMARKS.md has what comes of it; bench/peers/run.py says more.
set -eu
data=${1:-build/data}
build=${2:-build}
out=${3:-build/figures}
[ $# -le 3 ] && set -- || shift 3
python=/usr/bin/python3 # Debian's: numpy is its package
[ -x "$python" ] || { echo "not installed: python3"; exit 2; }
PYTHONPATH=bench PYTHONDONTWRITEBYTECODE=1 exec "$python" -m peers.run --data "$data" --build "$build" --out "$out" "$@"
