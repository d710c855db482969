#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measures all that the documents tell, and writes it into them: figures.sh [DATA [GYM [BUILD [OUT]]]]
#
# DATA has the public sets, unpacked (rca, changes, loghub, nab), GYM recordings of the gym; without the latter the shipped incidents
# are asked. Each step leaves its JSON and its tables in OUT (build/figures), whose index.html shows all. A step that lacks its data or
# its peer says so, and the others run. Exit status: 0 all was measured; 1 some was not.
#
# Then the tables between `<!-- table NAME -->` and `<!-- /table -->` of docs/figures.md, docs/BENCHMARKS.md and eval/README.md are those, and the charts are
# drawn again. What was not measured stays as it was. WARROOM_FIGURES_ONLY="peers scale" runs these steps alone.
# A run that was interrupted goes on behind the last step that was measured, unless the program is another one by now.
set -u
data=${1:-build/data}
gym=${2:-examples/incidents}
build=${3:-build}
out=${4:-build/figures}
only=${WARROOM_FIGURES_ONLY:-}
missing=0
export PYTHONPATH=bench PYTHONDONTWRITEBYTECODE=1
python=/usr/bin/python3 # Debian's: numpy and matplotlib are its packages
mkdir -p "$out/eval" "$out/log"

# step NAME WANTED FILE COMMAND...: runs it if WANTED is there; FILE gets what it prints, if it succeeds (0, or 1: some of it was)
step() {
    name=$1 wanted=$2 file=$3
    shift 3
    case " $only " in "  " | *" $name "*) ;; *) return ;; esac
    if [ "$resumed" = yes ] && grep -q "^$name	[0-9]*	measured	" "$out/steps.tsv"; then
        echo "$name ... measured already" >&2
        return
    fi
    [ -e "$out/steps.tsv" ] && sed -i "/^$name	/d" "$out/steps.tsv"
    started=$(date +%s)
    if [ ! -e "$wanted" ]; then
        state="not at hand: $wanted"
    else
        printf '%s ... ' "$name" >&2
        "$@" >"$out/log/$name.txt" 2>"$out/log/$name.err"
        code=$?
        case $code in
        0) state=measured ;;
        1) state="in part: $(tail -n 1 "$out/log/$name.err")" ;;
        *) state="failed, $code: $(tail -n 1 "$out/log/$name.err")" ;;
        esac
        [ $code -le 1 ] && [ "$file" != - ] && cp "$out/log/$name.txt" "$out/$file"
        echo "$state" >&2
    fi
    [ "$state" = measured ] || missing=1
    printf '%s\t%s\t%s\t%s\n' "$name" "$(($(date +%s) - started))" "$(echo "$state" | tr '\t' ' ')" "$*" >>"$out/steps.tsv"
}
resumed=no
evaluate=$build/warroom-eval
train=$build/warroom-train

step build meson.build - ninja -C "$build" --quiet warroom warroom-eval warroom-train bench/bench-read-ratio bench/bench-duckdb-read \
    bench/bench-store-answers bench/bench-mine-ratio bench/bench-logs-ratio bench/bench-changes-ratio bench/bench-minhash-ratio
# The steps that were measured of a run that did not come to its end; `unfinished` has the program and the folders they were measured with
marks=$(cksum "$build/warroom" "$evaluate" "$train" 2>/dev/null; echo "$data $gym")
if [ -z "$only" ]; then
    if [ -e "$out/steps.tsv" ] && [ "$(cat "$out/unfinished" 2>/dev/null)" = "$marks" ]; then
        resumed=yes
    else
        grep '^build	' "$out/steps.tsv" >"$out/steps.new"
        mv "$out/steps.new" "$out/steps.tsv"
    fi
    printf '%s\n' "$marks" >"$out/unfinished"
fi
step rca "$data/rca" eval/rca.json "$evaluate" rca "$data/rca" -j 2 --json
step rca-learn "$data/rca" - "$train" verdict "$data/rca" -j 2 --journals "$out/journals" --held-out "$out/held-out" --date 2026-01-01
step rca-held-out "$data/rca" eval/rca-held-out.json "$evaluate" rca "$data/rca" -j 2 --json --held-out "$out/held-out"
step logs "$data/loghub" eval/logs.json "$evaluate" logs "$data/loghub" --json
step series "$data/nab" eval/series.json "$evaluate" series "$data/nab" --json
step changes-learn "$data/changes" - "$train" changes "$data"/changes/* --held-out "$out/held-out-changes"
step changes-held-out "$data/changes" eval/changes-held-out.json "$evaluate" changes "$data"/changes/* --json --held-out "$out/held-out-changes"
step risk-learn "$data/changes" - "$train" risk "$data"/changes/* --held-out "$out/held-out-risk"
step risk-held-out "$data/changes" eval/risk-held-out.json "$evaluate" risk "$data"/changes/* --json --held-out "$out/held-out-risk"
step tasks "$data" - "$evaluate" all --data "$data" --gym "$gym" --out "$out/eval" -j 2
step peers "$python" - sh bench/peers/run.sh "$data" "$build" "$out"
step scale "$python" - sh bench/scale.sh "$build" "$out"
step bench-mine bench - "$build/bench/bench-mine-ratio"
step bench-logs bench - "$build/bench/bench-logs-ratio"
step bench-changes bench - "$build/bench/bench-changes-ratio"
step bench-minhash bench - "$build/bench/bench-minhash-ratio"
rm -rf "$out/journals"

[ -x "$python" ] || { echo "not installed: python3; the tables are not written" >&2; exit 1; }
"$python" bench/evals.py "$out"
"$python" bench/tables.py "$out" docs/figures.md docs/BENCHMARKS.md eval/README.md
if "$python" -c 'import matplotlib' 2>/dev/null; then
    "$python" bench/charts.py "$out" docs
else
    echo 'not installed: python3-matplotlib; the charts stay as they are' >&2
    missing=1
fi
[ -n "$only" ] || rm -f "$out/unfinished"
echo "$out/index.html" >&2
exit $missing
