/* SPDX-License-Identifier: Apache-2.0 */
/* A Lua script over the rows of the case (tool/script.h), which asks for them by SQL. */
#include "tool/script.h"

#include "agent/agent.h"
#include "store/telemetry.h"

static const struct query_limits limits = {.rows_max = 200000, .time_max_ns = 5 * NS_PER_S};

static const struct field input[] = {
    {"text", TYPE_TEXT, 0,
     "Lua 5.4; query(SQL) gives a list of rows, the returned value is the answer", NULL},
    {0},
};

static const struct field output[] = {
    {"json", TYPE_TEXT, 0, "what it returned", NULL},
    {"number", TYPE_REAL, 0, "the same, if it is a number", NULL},
    {"printed", TYPE_TEXT, 0, "what it printed; at most 64 kB", NULL},
    {0},
};

static bool query(void *state, struct arena *arena, struct str sql, struct batch **rows,
                  struct err *err)
{
    struct call *call = state;
    bool cut;
    if (!telemetry_query(call->services->telemetry, arena, sql, &limits, rows, &cut, err))
        return false;
    return !cut || err_set(err, ERR_OVER_BUDGET,
                           "the query gives more than %zu rows; aggregate, or add a LIMIT",
                           limits.rows_max);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const struct script_host host = {.query = query, .state = call};
    struct script_result result;
    if (!script_run(call->scratch, record_at(in, "text")->text, &script_limits_usual, &host,
                    &result, err))
        return false;
    *record_at(out, "json") = value_text(result.json);
    if (result.is_number)
        *record_at(out, "number") = value_real(result.number);
    *record_at(out, "printed") = value_text(result.printed);
    return true;
}

const struct tool tool_frames_script = {
    .sig = {.name = "script",
            .summary =
                "Run a Lua script over all rows of the case, bounded and in a process of its own",
            .input = input,
            .output = output},
    .run = run,
};
