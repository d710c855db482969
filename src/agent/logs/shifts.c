/* SPDX-License-Identifier: Apache-2.0 */
/* Which templates are new, gone, or written more or less often than in the baseline. */
#include "agent/logs/line_trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "text/template.h"

static const struct field input[] = {
    {"alert", TYPE_TIME, 0, "when the alert fired", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who writes it", NULL},
    {"template", TYPE_TEXT, 0, "the line, with <number>, <ip> and their like where it varies",
     NULL},
    {"like", TYPE_TEXT, 0, "an SQL LIKE pattern for its lines, escaped with \\", NULL},
    {"exemplar", TYPE_TEXT, 0, "the newest such line", NULL},
    {"level", TYPE_TEXT, 0, "of that line; may be empty", NULL},
    {"exception", TYPE_TEXT, 0, "that it names; may be empty", NULL},
    {"trace_id", TYPE_TEXT, 0, "of that line; may be empty", NULL},
    {"failing", TYPE_BOOL, 0, "tells of a failure by itself", NULL},
    {"more", TYPE_BOOL, 0, "more often than in the baseline", NULL},
    {"by_reference", TYPE_BOOL, 0, "the baseline is the reference file", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {0},
};

static const struct field output[] = {
    {"templates", TYPE_ROWS, 0, "those that shifted, each once, with its clearest trial", columns},
    {0},
};

static void add_row(struct batch *rows, const struct lines *lines, uint32_t number,
                    const struct trial_result *result)
{
    const struct line *exemplar = &lines->items[lines->exemplar[number]];
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(lines, lines->service_of[number])));
    batch_set(rows, row, "template", value_text(lines->of[number].text));
    batch_set(rows, row, "like", value_text(lines->of[number].like));
    batch_set(rows, row, "exemplar", value_text(exemplar->message));
    batch_set(rows, row, "level", value_text(exemplar->level));
    batch_set(rows, row, "exception", value_text(template_exception(exemplar->message)));
    batch_set(rows, row, "trace_id", value_text(exemplar->trace_id));
    batch_set(rows, row, "failing", value_bool(lines->of[number].failing));
    batch_set(rows, row, "more", value_bool(result->more));
    batch_set(rows, row, "by_reference", value_bool(result->by_reference));
    batch_set(rows, row, "strength", value_real(result->strength));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct lines lines;
    struct line_trials trials;
    const int64_t alert_ns = record_at(in, "alert")->integer;
    if (!lines_load(call, &lines, err) || !line_trials_make(call, &lines, alert_ns, &trials, err))
        return false;

    const int bin = trial_bin(record_at(in, "onset")->integer, alert_ns);
    struct trial_result *best =
        arena_push_many(call->scratch, struct trial_result, lines.templates.count);
    for (size_t i = 0; i < trials.count; i++) {
        struct trial_result result;
        struct trial_result *so_far = &best[trials.items[i].template];
        if (trial_test(&trials.trials[i], bin, &result) && result.strength > so_far->strength)
            *so_far = result;
    }
    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < lines.templates.count; i++)
        if (best[i].strength > 0)
            add_row(rows, &lines, i, &best[i]);
    *record_at(out, "templates") = value_rows(rows);
    return true;
}

const struct tool tool_logs_shifts = {
    .sig = {.name = "shifts",
            .summary = "Find the log templates that are new, gone, or shifted",
            .input = input,
            .output = output},
    .run = run,
};
