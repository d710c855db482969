#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs all tests of a build folder and ends with "N passed, M failed".
set -u
build=$1
meson test -C "$build" --print-errorlogs --no-rebuild >"$build/test-output.txt" 2>&1
status=$?
cat "$build/test-output.txt"
count() { sed -n "s/^$1: *\([0-9][0-9]*\) *$/\1/p" "$build/test-output.txt" | tail -n 1; }
passed=$(count Ok)
failed=$(($(count Fail | grep . || echo 0) + $(count Timeout | grep . || echo 0) + $(count 'Unexpected Pass' | grep . || echo 0)))
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
echo "${passed:-0} passed, $failed failed"
[ "$status" = 0 ]
