/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the case, asked by who asks: read-only and bounded, as telemetry_query() is. */
#include "agent/agent.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "store/telemetry.h"

static const struct query_limits limits = {.rows_max = 1000, .time_max_ns = 10 * NS_PER_S};

static const struct field input[] = {
    {"text", TYPE_TEXT, 0, "a SELECT over the tables of docs/bundle.md", NULL},
    {0},
};

static const struct field output[] = {
    {"json", TYPE_TEXT, 0, "an array with an object a row", NULL},
    {"count", TYPE_INT, 0, "how many rows it has", NULL},
    {"cut", TYPE_BOOL, 0, "there were more rows than 1000", NULL},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct batch *rows;
    bool cut;
    struct buf json = buf_new(call->scratch);
    if (!telemetry_query(call->services->telemetry, call->scratch, record_at(in, "text")->text,
                         &limits, &rows, &cut, err))
        return false;
    buf_add_char(&json, '[');
    for (size_t row = 0; row < rows->rows; row++) {
        json_put_comma(&json);
        json_put_row(&json, rows, row);
    }
    buf_add_char(&json, ']');
    *record_at(out, "json") = value_text(buf_str(&json));
    *record_at(out, "count") = value_int((int64_t)rows->rows);
    *record_at(out, "cut") = value_bool(cut);
    return true;
}

const struct tool tool_frames_sql = {
    .sig = {.name = "sql",
            .summary = "Ask all rows of the case by one SELECT",
            .input = input,
            .output = output},
    .run = run,
};
