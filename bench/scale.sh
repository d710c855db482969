#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How the cost of an investigation grows, and the same questions to ClickHouse: scale.sh [BUILD [OUT [AXIS...]]]. Exit status 1: ClickHouse
# is not installed. bench/scale/*.py say more.
set -eu
build=${1:-build}
out=${2:-build/figures}
[ $# -le 2 ] && set -- || shift 2
python=/usr/bin/python3
[ -x "$python" ] || { echo "not installed: python3"; exit 2; }
export PYTHONPATH=bench PYTHONDONTWRITEBYTECODE=1
"$python" -m scale.run --build "$build" --out "$out" "$@"
"$python" -m scale.clickhouse --build "$build" --out "$out"
