# SPDX-License-Identifier: Apache-2.0
# Read by run.sh and campaign.sh: what a target is started with besides its corpus. meson.build has the same folders.
# arguments_of NAME: a word a line.
arguments_of() {
    echo "fuzz/corpus/$1"
    case $1 in
    runbook) printf '%s\n' runbooks tests/runbooks/wrong ;;
    weights) echo models ;;
    # DuckDB keeps what it has allocated, and to look for leaks after each input takes two thirds of the time; replay.c looks once
    table | words) echo -detect_leaks=0 ;;
    esac
    if [ -f "fuzz/$1.dict" ]; then echo "-dict=fuzz/$1.dict"; fi
}
