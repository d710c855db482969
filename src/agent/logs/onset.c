/* SPDX-License-Identifier: Apache-2.0 */
/* When it began, as the logs tell: the bin of the window that splits them best (agent/trials.h). */
#include "agent/logs/line_trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct lines lines;
    struct line_trials trials;
    const int64_t alert_ns = record_at(in, "alert")->integer;
    if (!lines_load(call, &lines, err) || !line_trials_make(call, &lines, alert_ns, &trials, err))
        return false;
    double weights[TRIAL_BINS];
    trial_onset_weights(trials.trials, trials.count, lines.services.count, call->scratch, weights);
    *record_at(out, "candidates") = value_rows(trial_candidates(call->scratch, weights, alert_ns));
    return true;
}

const struct tool tool_logs_onset = {
    .sig = {.name = "onset",
            .summary = "Weigh when the logs began to differ",
            .input = trial_onset_input,
            .output = trial_onset_output},
    .run = run,
};
