#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9 over all that write: kill.sh BUILD [--rounds N] [--seed N] [--only NAME]. A server under load, and the
# commands that write files or a ledger, are killed at moments of a seed. After each: what was acknowledged is there,
# nothing is half-written under its name, what was killed has left nothing running, and the next start goes on.
set -eu
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$(dirname "$0")/soak/kill.py" "$@"
