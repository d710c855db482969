#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three troubles of databases, made in a real PostgreSQL: told, named and ended.
set -u
warroom=$1
eval=$2
work=$(mktemp -d)
failed=0
. tests/check.sh
trap 'rm -rf "$work"' EXIT

if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || [ ! -x /usr/bin/psql ]; then
    echo 'skipped: PostgreSQL is not installed (scripts/gym_setup.sh)'
    exit 77
fi
mkdir -p "$work/scripts/dev"
for name in index-of-order idle-with-locks nothing-but-a-little; do
    cp "eval/databases/dev/$name.sql" "$work/scripts/dev/" || exit 1
done
for name in cause object fix; do
    set -- "$@" --fail-under "database_$name=1"
done
shift 2
WARROOM_EVAL_DATABASES=$work/scripts "$eval" task database_cause database_object database_fix \
    --warroom "$warroom" --out "$work/out" "$@" >"$work/told" 2>&1
status=$?
cat "$work/told"
check 'all three are told right, and ended' test "$status" = 0
finish
