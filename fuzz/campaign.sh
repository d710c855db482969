#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Goes round the fuzz targets, always to the one that has had the least CPU so far, for a slice of time each, until
# all have had their hour (CAMPAIGN_TARGET_S of CPU, 3600). Can be ended at any time and begun again; several may run beside each
# other in one checkout. `fuzz/campaign.sh NAME...` goes round only those; CAMPAIGN_FOR_S ends it after so many seconds.
#
#     nice -n 19 fuzz/campaign.sh
#
# What a slice came to is added up in fuzz/hours.tsv. Of the inputs that it found, those that together reach all that
# is reached are packed into fuzz/corpora/NAME.tar.zst, the smallest first, up to KEPT_BYTES_MAX; all of them stay in
# build-fuzz/corpus. A target with a finding is left alone until its input in build-fuzz/findings does no harm.
set -eu
cd "$(dirname "$0")/.."
. fuzz/seeds.sh
build=${FUZZ_BUILD:-build-fuzz}
slice=${CAMPAIGN_SLICE_S:-240}
goal=${CAMPAIGN_TARGET_S:-3600}
ends=$((SECONDS + ${CAMPAIGN_FOR_S:-1000000}))
ledger=fuzz/hours.tsv
KEPT_BYTES_MAX=$((192 << 10)) # before they are packed; a fifth of it after
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

FUZZ_SECONDS=0 sh fuzz/run.sh "$@" # builds
mkdir -p "$build/corpus" "$build/findings/unsure" "$build/locks" fuzz/corpora
names=${*:-$(ls fuzz/corpus)}
commit=$(git rev-parse --short=10 HEAD)

row_of() { awk -F'\t' -v name="$1" '$1 == name' "$ledger"; }

# cpu_of NAME: seconds that it has had.
cpu_of() { row_of "$1" | cut -f2 | grep . || echo 0; }

# book NAME CPU RUNS EDGES FINDINGS: adds a slice.
book() {
    (
        flock 9
        awk -F'\t' -v OFS='\t' -v name="$1" -v cpu="$2" -v runs="$3" -v edges="$4" -v findings="$5" -v commit="$commit" '
            NR == 1 { print; next }
            $1 == name { cpu += $2; runs += $3; findings += $5; if ($4 > edges) edges = $4; next }
            { print | "LC_ALL=C sort" }
            END { print name, cpu, runs, edges, findings, commit | "LC_ALL=C sort" }' "$ledger" >"$ledger.new"
        mv "$ledger.new" "$ledger"
    ) 9>"$build/locks/ledger"
}

# harms NAME INPUT: it fails, and fails again where nothing else runs it.
harms() { ! "$build/fuzz/fuzz-$1" -timeout=25 -rss_limit_mb=2048 "$2" >/dev/null 2>&1; }

# has_finding NAME: one of its findings still does harm.
has_finding() {
    local input
    for input in "$build/findings/$1"-*; do
        [ -f "$input" ] || continue
        if harms "$1" "$input"; then return 0; fi
        rm "$input"
    done
    return 1
}

# keep NAME FOLDER...: packs what reaches all that is reached.
keep() {
    local name=$1 chosen list kept=0 size file
    shift
    chosen=$(mktemp -d) list=$(mktemp)
    if "$build/fuzz/fuzz-$name" -set_cover_merge=1 -timeout=25 -rss_limit_mb=2048 "$chosen" "$@" >"$build/merge-$name.txt" 2>&1; then
        while read -r size file; do
            kept=$((kept + size))
            [ "$kept" -le "$KEPT_BYTES_MAX" ] || break
            # what stands in the corpus by name is kept there
            [ -z "$(find "fuzz/corpus/$name" -type f -size "${size}c" -exec cmp -s {} "$chosen/$file" \; -print -quit)" ] || continue
            echo "$file" >>"$list"
        done < <(find "$chosen" -type f -printf '%s %f\n' | LC_ALL=C sort -n -k1,1 -k2)
        tar -C "$chosen" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -T "$list" -cf - |
            zstd -q -19 -f -o "fuzz/corpora/$name.tar.zst"
    fi
    rm -r "$chosen" "$list"
}

# run NAME: one slice.
run() {
    local name=$1 found=$build/corpus/$1 text=$build/fuzz-$1.txt began findings=0 cpu runs edges input
    shift
    mkdir -p "$found"
    [ ! -f "fuzz/corpora/$name.tar.zst" ] || tar -C "$found" --skip-old-files -xf "fuzz/corpora/$name.tar.zst"
    local arguments
    mapfile -t arguments < <(arguments_of "$name")
    began=$build/locks/$name.began
    touch "$began"
    TIMEFORMAT='%U %S'
    { time "$build/fuzz/fuzz-$name" -max_total_time="$slice" -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$build/findings/$name-" "$found" "${arguments[@]}" >"$text" 2>&1 || true; } 2>"$build/time-$name.txt"
    cpu=$(awk 'END { printf "%d", $1 + $2 }' "$build/time-$name.txt")
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$text" | tail -n 1)
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$text" | tail -n 1)
    while read -r input; do
        if harms "$name" "$input"; then
            findings=$((findings + 1))
            cp "$text" "$input.txt"
            echo "fuzz $name: a finding: $input" >&2
        else
            mv "$input" "$build/findings/unsure/" # a machine under load was slow
        fi
    done < <(find "$build/findings" -maxdepth 1 -name "$name-*" ! -name '*.txt' -newer "$began")
    book "$name" "$cpu" "${runs:-0}" "${edges:-0}" "$findings"
    keep "$name" "fuzz/corpus/$name" "$found"
    echo "fuzz $name: $cpu s of CPU, ${runs:-0} runs, ${edges:-0} edges"
}

[ -f "$ledger" ] || printf 'target\tcpu_s\truns\tedges\tfindings\tcommit\n' >"$ledger"
while [ "$SECONDS" -lt "$ends" ]; do
    ran=
    for name in $(for name in $names; do echo "$(cpu_of "$name") $name"; done | sort -n | cut -d' ' -f2); do
        [ "$(cpu_of "$name")" -lt "$goal" ] || continue
        exec 8>"$build/locks/$name"
        flock -n 8 || continue
        if ! has_finding "$name"; then
            run "$name"
            ran=yes
        fi
        exec 8>&-
        [ -z "$ran" ] || break
    done
    [ -n "$ran" ] || break
done
if [ -n "$(find "$build/findings" -maxdepth 1 -type f ! -name '*.txt')" ]; then
    echo "fuzz: findings in $build/findings" >&2
    exit 1
fi
