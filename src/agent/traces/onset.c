/* SPDX-License-Identifier: Apache-2.0 */
/* When it began, as the calls tell: the bin of the window that splits them best (agent/trials.h).
 */
#include "agent/traces/calls_made.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct forest forest;
    if (!forest_load(call, &forest, err))
        return false;
    const int64_t alert_ns = record_at(in, "alert")->integer;
    const struct call_trials calls = call_trials_make(&forest, alert_ns, call->scratch);
    double weights[TRIAL_BINS];
    trial_onset_weights(calls.trials, calls.count, forest.services.count, call->scratch, weights);

    *record_at(out, "candidates") = value_rows(trial_candidates(call->scratch, weights, alert_ns));
    return true;
}

const struct tool tool_traces_onset = {
    .sig = {.name = "onset",
            .summary = "Weigh when the calls began to differ",
            .input = trial_onset_input,
            .output = trial_onset_output},
    .run = run,
};
