/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls whom, as the spans show it. */
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"caller", TYPE_TEXT, 0, "a service", NULL},
    {"callee", TYPE_TEXT, 0, "a service that it calls", NULL},
    {"calls", TYPE_INT, 0, "how often", NULL},
    {0},
};

static const struct field output[] = {
    {"edges", TYPE_ROWS, 0, "by caller and callee", columns},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        STR("SELECT above.service AS caller, below.service AS callee, count(*) AS "
                            "calls FROM traces below JOIN traces above ON below.trace_id = "
                            "above.trace_id AND below.parent_id = above.span_id WHERE "
                            "above.service <> below.service GROUP BY 1, 2 ORDER BY 1, 2"),
                        &rows, err))
        return false;
    *record_at(out, "edges") = value_rows(rows);
    return true;
}

const struct tool tool_traces_graph = {
    .sig = {.name = "graph", .summary = "Tell who calls whom", .input = input, .output = output},
    .run = run,
};
