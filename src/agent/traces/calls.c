/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls differ from the baseline: slow in themselves, slow on the way, failing, gone, new. */
#include "agent/traces/calls_made.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

static const struct field input[] = {
    {"alert", TYPE_TIME, 0, "when the alert fired", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"kind", TYPE_TEXT, 0, "slow, gap, failed, path or own", NULL},
    {"service", TYPE_TEXT, 0, "whose span", NULL},
    {"operation", TYPE_TEXT, 0, "of which operation; empty: of all", NULL},
    {"caller", TYPE_TEXT, 0, "of a gap: who called; else empty", NULL},
    {"threshold_us", TYPE_REAL, 0, "what counts as slow", NULL},
    {"hits_since", TYPE_INT, 0, "how many are slow, failed or there since the onset", NULL},
    {"tries_since", TYPE_INT, 0, "of how many", NULL},
    {"hits_base", TYPE_INT, 0, "the same in the baseline", NULL},
    {"tries_base", TYPE_INT, 0, "of how many", NULL},
    {"by_reference", TYPE_BOOL, 0, "the baseline is the reference file", NULL},
    {"more", TYPE_BOOL, 0, "more often than in the baseline", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {"trace_id", TYPE_TEXT, 0, "an exemplar since the alert's window began; may be empty", NULL},
    {0},
};

static const struct field output[] = {
    {"calls", TYPE_ROWS, 0, "what differs, in the order of the trials", columns},
    {0},
};

static void add_row(struct batch *rows, const struct forest *forest, const struct call_trial *item,
                    const struct trial_result *result)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "kind", value_text(str_of(call_kind_name(item->kind))));
    batch_set(rows, row, "service", value_text(forest_service(forest, item->service)));
    batch_set(rows, row, "operation",
              value_text(item->operation != SPAN_NONE ? forest_operation(forest, item->operation)
                                                      : STR("")));
    batch_set(
        rows, row, "caller",
        value_text(item->caller != SPAN_NONE ? forest_service(forest, item->caller) : STR("")));
    batch_set(rows, row, "threshold_us", value_real(item->threshold_us));
    batch_set(rows, row, "hits_since", value_int(result->hits_since));
    batch_set(rows, row, "tries_since", value_int(result->tries_since));
    batch_set(rows, row, "hits_base", value_int(result->hits_base));
    batch_set(rows, row, "tries_base", value_int(result->tries_base));
    batch_set(rows, row, "by_reference", value_bool(result->by_reference));
    batch_set(rows, row, "more", value_bool(result->more));
    batch_set(rows, row, "strength", value_real(result->strength));
    batch_set(rows, row, "trace_id",
              value_text(item->exemplar != SPAN_NONE
                             ? forest->traces.keys[forest->spans[item->exemplar].trace]
                             : STR("")));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct forest forest;
    if (!forest_load(call, &forest, err))
        return false;
    const int64_t alert_ns = record_at(in, "alert")->integer;
    const int bin = trial_bin(record_at(in, "onset")->integer, alert_ns);
    const struct call_trials calls = call_trials_make(&forest, alert_ns, call->scratch);
    struct batch *rows = batch_new(call->scratch, columns);
    for (size_t i = 0; i < calls.count; i++) {
        struct trial_result result;
        if (trial_test(&calls.trials[i], bin, &result) && result.strength > 0)
            add_row(rows, &forest, &calls.items[i], &result);
    }
    *record_at(out, "calls") = value_rows(rows);
    return true;
}

const struct tool tool_traces_calls = {
    .sig = {.name = "calls",
            .summary = "Compare calls with the baseline: own time, way, failures, operations",
            .input = input,
            .output = output},
    .run = run,
};
