#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The director from outside: plans that are printed, written by a person, refused, changed in order,
# backed out of, and cut short by time.
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-plans-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
incident=examples/incidents/pages-504
failed=0
LC_ALL=C
export LC_ALL

. tests/check.sh

# steps_are NAME...: these steps come one after the other in the report that was printed as JSON
steps_are() {
    taken=$(sed -n '/^  "steps"/,/^  \]/p' "$work/out" | sed -n 's/.*"name": *"\([a-z_.]*\)".*/\1/p' | tr '\n' ' ')
    case " $taken" in *" $* "*) return 0 ;; esac
    echo "the steps are: $taken" >>"$work/err"
    return 1
}

# ---- plans ----

run investigate "$incident" --plan-only
check 'a plan is printed' out_has '^    follow errors$'
check 'and says why' out_has '^    # alert.symptom == "errors"$'
cp "$work/out" "$work/plan.runbook"
run runbook check "$work/plan.runbook"
check 'a plan that was printed passes the checker' ended_with 0
run investigate "$incident" --runbook "$work/plan.runbook" --no-timings --json
check 'and can be followed' ended_with 0

# ---- a person's own ----

cat >"$work/mine.runbook" <<'END'
runbook mine "Metrics first" {
    find_shifted_metrics()
    find_new_errors()
}
END
run investigate "$incident" --runbook "$work/mine.runbook" --json
check 'steps come in the order of the file' steps_are judge_noise find_shifted_metrics find_new_errors
cat >"$work/mine.runbook" <<'END'
runbook mine "Logs first" {
    find_new_errors()
    find_shifted_metrics()
}
END
run investigate "$incident" --runbook "$work/mine.runbook" --json
check 'another order shows in the report' steps_are judge_noise find_new_errors find_shifted_metrics
check 'as does the plan' out_has 'Logs first'

mkdir "$work/runbooks"
cat >"$work/runbooks/errors.runbook" <<'END'
runbook errors "Ours" {
    when alert.symptom == "errors"
    inspect_traces()
}
END
run investigate "$incident" --runbooks "$work/runbooks" --json
check 'a runbook of the team takes the place of a shipped one' \
    steps_are judge_noise inspect_traces blame_change

run investigate "$incident" --runbook bad_change --trace --no-progress
check 'a shipped one can be chosen by name' ended_with 0
check 'and the trace shows its steps' err_has 'bad_change *blame_change'

# ---- refused ----

printf 'runbook x "x" {\n    blame_chang()\n}\n' >"$work/wrong.runbook"
run investigate "$incident" --runbook "$work/wrong.runbook"
check 'a wrong one is refused' ended_with 2
check 'with line, column and what to write' err_has ':2:5: .*did you mean `blame_change`'
run investigate "$incident" --runbook "$work/none.runbook"
check 'one that is not there is refused' refused 'No such file'
run investigate "$incident" --runbook "$work"
check 'and a folder' refused 'it is not a file'
mkfifo "$work/pipe"
run investigate "$incident" --runbook "$work/pipe"
check 'and a pipe that nobody writes to' refused 'it is not a file'
mkdir "$work/wrong"
cp "$work/wrong.runbook" "$work/wrong/latency.runbook"
run investigate "$incident" --runbooks "$work/wrong"
check 'so is a folder with a wrong one' ended_with 2

# ---- backing out ----

run investigate tests/cases/checkout-502/bundle.tar.zst --no-timings
check 'what holds at once is followed alone' out_has '^  lead 1 *orders: .*Held'
run investigate tests/cases/mails-stuck/bundle.tar.zst --no-timings
check 'who only suffers is given up' out_has '^  lead 3 *postgres: .*Given up'
check 'and the next one followed' out_has '^  lead 4 *worker: .*Held'
run investigate tests/cases/pages-slow/bundle.tar.zst --no-timings
check 'what holds, and is far ahead, is enough' out_has 'its lead over all others is decisive'
run investigate tests/cases/sorry-try-again/bundle.tar.zst --no-timings
check 'what is found can make more runbooks apply' out_has '^  revised *follow saturation'

# ---- out of time ----

run investigate "$incident" --time 0.000001
check 'without time there is a report all the same' out_has 'NOT KNOWN'
check 'that says so' out_has "stopped *The case's time was over"

finish
