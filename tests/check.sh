# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# For the tests that source it, which set `work` and count in `failed`.

# check SENTENCE COMMAND...: the command must succeed
check() {
    sentence=$1
    shift
    if "$@" >/dev/null 2>&1; then echo "ok      $sentence"; else
        echo "FAILED  $sentence"
        echo "        ($*)"
        tail -n 5 "$work/err" 2>/dev/null | cut -c 1-200
        failed=$((failed + 1))
    fi
}
