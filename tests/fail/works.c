/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep.h"

#include <stddef.h>

#define CASE "examples/incidents/pages-504"
#define ARCHIVE "examples/incidents/bad-gateway.tar.zst"
#define QUIET " --no-progress --no-timings --json"

/* A journal that was cut short is read as far as it goes, or refused with a sentence. */
#define CAN_BE_REPLAYED                                                                            \
    "[ ! -s \"$RUN/case.journal\" ] || { \"$WARROOM\" replay \"$RUN/case.journal\"; [ $? -le 2 "   \
    "]; }"

/* tests/stand_in.c, on the port in $KEPT/port */
#define SERVE_ANSWERS                                                                              \
    "\"$STAND_IN\" >\"$KEPT/port\" & echo $! >\"$KEPT/pid\"; "                                     \
    "until [ -s \"$KEPT/port\" ]; do sleep 0.05; done; "
#define END_ANSWERS "kill $(cat \"$KEPT/pid\")"

/* Two incidents, of which one was investigated before. */
#define TRAIN(journals, out)                                                                       \
    "\"$WARROOM\" train verdict \"$KEPT/set\" --date 2026-01-02 --journals \"" journals            \
    "\" --out \"" out "\""
#define TWO_INCIDENTS                                                                              \
    "mkdir \"$KEPT/set\" && cp -r " CASE " examples/incidents/checkout-errors \"$KEPT/set\""

#define COLLECT(folder)                                                                            \
    "\"$WARROOM\" collect --config \"$KEPT/warroom.yaml\" --alert \"$KEPT/alert.json\" --out "     \
    "\"" folder "/bundle\" --now 2026-11-22T02:10:00Z --time 5s"

const struct work works[] = {
    {.name = "investigate",
     .command = "\"$WARROOM\" investigate " CASE QUIET
                " --html \"$RUN/report.html\" --journal \"$RUN/case.journal\"",
     .after = CAN_BE_REPLAYED,
     .html = "report.html",
     .tells_report = true},
    {.name = "investigate-archive",
     .command = "\"$WARROOM\" investigate " ARCHIVE QUIET,
     .tells_report = true},
    {.name = "replay",
     .prepare = "\"$WARROOM\" investigate " CASE QUIET " --journal \"$KEPT/case.journal\"",
     .command = "\"$WARROOM\" replay \"$KEPT/case.journal\" --json --no-timings --html "
                "\"$RUN/report.html\"",
     .html = "report.html",
     .tells_report = true},
    {.name = "logs",
     .prepare = "cut -c 1-400 " CASE "/logs.jsonl | gzip >\"$KEPT/logs.gz\"",
     .command = "\"$WARROOM\" logs summarise \"$KEPT/logs.gz\" --threads 1"},
    {.name = "changes",
     .prepare =
         "git init -q -b main \"$KEPT/repo\" && cd \"$KEPT/repo\" && for i in 1 2 3 4 5 6 7 8; do "
         "echo \"pool_size: $i\" >\"part$i.yaml\" && git add -A && "
         "GIT_COMMITTER_DATE=\"2026-11-0$i 10:00 +0000\" git -c user.name=kim -c "
         "user.email=kim@example.org commit -q --date \"2026-11-0$i 10:00 +0000\" "
         "-m \"A pool of $i for part$i\" || exit; done",
     .command = "\"$WARROOM\" changes rank --repo \"$KEPT/repo\" --ledger \"$RUN/ledger.db\" --at "
                "2026-11-09T00:00:00Z --symptom 'part3 has no room in its pool'",
     .after = "\"$WARROOM\" changes rank --repo \"$KEPT/repo\" --ledger \"$RUN/ledger.db\" --at "
              "2026-11-09T00:00:00Z --symptom 'part3 has no room in its pool'"},
    {.name = "kb-add",
     .prepare =
         "mkdir \"$KEPT/docs\" && cp docs/serve.md docs/journal.md docs/sources.md \"$KEPT/docs\"",
     .command = "\"$WARROOM\" kb add \"$KEPT/docs\" --ledger \"$RUN/ledger.db\"",
     .after = "\"$WARROOM\" kb add \"$KEPT/docs\" --ledger \"$RUN/ledger.db\" && \"$WARROOM\" kb "
              "search replay --ledger \"$RUN/ledger.db\""},
    {.name = "kb-search",
     .prepare = "mkdir \"$KEPT/docs\" && cp docs/serve.md docs/journal.md docs/sources.md "
                "\"$KEPT/docs\" && "
                "\"$WARROOM\" kb add \"$KEPT/docs\" --ledger \"$KEPT/ledger.db\"",
     .before = "cp \"$KEPT/ledger.db\" \"$RUN/ledger.db\"",
     .command = "\"$WARROOM\" kb search how is a journal replayed --ledger \"$RUN/ledger.db\"",
     .after = "\"$WARROOM\" kb list --ledger \"$RUN/ledger.db\"",
     .tells_itself = true},
    {.name = "feedback",
     .prepare = "\"$WARROOM\" investigate " CASE QUIET " --journal \"$KEPT/case.journal\"",
     .command = "\"$WARROOM\" feedback \"$KEPT/case.journal\" right --ledger \"$RUN/ledger.db\"",
     .after = "\"$WARROOM\" feedback \"$KEPT/case.journal\" right --ledger \"$RUN/ledger.db\" && "
              "\"$WARROOM\" feedback list --ledger \"$RUN/ledger.db\""},
    {.name = "collect",
     .prepare = SERVE_ANSWERS
     "printf "
     "'{\"name\":\"StockWaits\",\"service\":\"stock\",\"startsAt\":\"2026-11-22T02:00:00Z\"}' "
     ">\"$KEPT/alert.json\"; printf 'sources:\\n  lines: {kind: loki, url: "
     "\"http://127.0.0.1:%s\"}\\n' "
     "$(cat \"$KEPT/port\") >\"$KEPT/warroom.yaml\"; " COLLECT("$KEPT"),
     .command = COLLECT("$RUN"),
     .after = "[ ! -e \"$RUN/bundle/alert.json\" ] || { cmp -s \"$RUN/bundle/logs.jsonl\" "
              "\"$KEPT/bundle/logs.jsonl\" || grep -q '\"state\":\"\\(failed\\|partial\\)\"' "
              "\"$RUN/bundle/sources.jsonl\" || exit 1; \"$WARROOM\" investigate \"$RUN/bundle\"; "
              "[ $? -le 2 ]; }",
     .finish = END_ANSWERS,
     .tells_itself = true},
    {.name = "train",
     .prepare = TWO_INCIDENTS " && " TRAIN("$KEPT/journals", "$KEPT/numbers"),
     .before = "mkdir \"$RUN/journals\" && cp \"$KEPT/journals/\"*checkout* \"$RUN/journals\"",
     .command = TRAIN("$RUN/journals", "$RUN/numbers"),
     /* other numbers only where it is said; and none of that stays but journals of what was
        broken */
     .after = "[ ! -e \"$RUN/numbers\" ] || cmp -s \"$RUN/numbers\" \"$KEPT/numbers\" || "
              "grep -q 'left out\\|learned from without' \"$RUN/err\" || exit 1; " TRAIN(
                  "$RUN/journals",
                  "$RUN/numbers") " && { grep -q 'learned from without' \"$RUN/err.besides\" || "
                                  "cmp -s \"$RUN/numbers\" \"$KEPT/numbers\"; }",
     .tells_itself = true},
    {.name = "eval",
     .prepare = "mkdir \"$KEPT/set\" && cp -r " CASE " \"$KEPT/set\"",
     .command = "\"$WARROOM\" eval rca \"$KEPT/set\" --json",
     /* a score is whole: of the one case, which failed or did not */
     .after = "[ ! -s \"$RUN/out\" ] || [ -s \"$RUN/err\" ] || grep -q '\"cases\": 1,' "
              "\"$RUN/out\"",
     .tells_itself = true},
    {.name = "serve",
     .command = "tests/fail/serve_once.sh",
     .is_script = true,
     .tells_itself = true},
    {.name = NULL},
};
