#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How the cost of an investigation grows: scale.sh [BUILD [OUT [AXIS...]]]. bench/scale/run.py says more.
set -eu
build=${1:-build}
out=${2:-build/figures}
[ $# -le 2 ] && set -- || shift 2
python=/usr/bin/python3
[ -x "$python" ] || { echo "not installed: python3"; exit 2; }
PYTHONPATH=bench PYTHONDONTWRITEBYTECODE=1 exec "$python" -m scale.run --build "$build" --out "$out" "$@"
