/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services that have fallen silent: every steady series of theirs ended before the data did. A
 * single series that ends is often a renamed metric; all of them at once is a dead process.
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "stats/grid.h"

#define SAMPLES_MIN 8
#define STEADY_SHARE 0.9 /* of the samples that its step would give over its span */
#define SILENT_STEPS 3

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who fell silent", NULL},
    {"series", TYPE_INT, 0, "how many steady series it had", NULL},
    {"last", TYPE_TIME, 0, "its last sample of any of them", NULL},
    {0},
};

static const struct field output[] = {
    {"services", TYPE_ROWS, 0, "by name", columns},
    {0},
};

struct silence {
    int64_t last_ns;
    uint32_t steady;
    uint32_t ended;
};

static bool is_steady(const struct series *series, int64_t step_ns)
{
    const int64_t span_ns = series->times[series->count - 1] - series->times[0];
    return series->count >= SAMPLES_MIN && step_ns > 0 &&
           (double)series->count > STEADY_SHARE * (double)(span_ns / step_ns);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    struct map services = map_new(call->scratch);
    struct silence *silences = arena_push_many(call->scratch, struct silence, list.count);
    int64_t end_ns = INT64_MIN;
    for (uint32_t i = 0; i < list.count; i++) {
        const int64_t last_ns = list.items[i].times[list.items[i].count - 1];
        end_ns = last_ns > end_ns ? last_ns : end_ns;
    }
    for (uint32_t i = 0; i < list.count; i++) {
        const struct series *series = &list.items[i];
        struct silence *silence = &silences[map_add(&services, series->name.service)];
        const int64_t step_ns = grid_step_ns(call->scratch, series->times, series->count);
        const int64_t last_ns = series->times[series->count - 1];
        if (last_ns > silence->last_ns)
            silence->last_ns = last_ns;
        if (!is_steady(series, step_ns))
            continue;
        silence->steady++;
        silence->ended += end_ns - last_ns > SILENT_STEPS * step_ns;
    }
    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < services.count; i++) {
        if (silences[i].steady == 0 || silences[i].ended < silences[i].steady)
            continue;
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "service", value_text(services.keys[i]));
        batch_set(rows, row, "series", value_int(silences[i].steady));
        batch_set(rows, row, "last", value_time(silences[i].last_ns));
    }
    *record_at(out, "services") = value_rows(rows);
    return true;
}

const struct tool tool_metrics_missing = {
    .sig = {.name = "missing",
            .summary = "Find services whose series all ended before the data did",
            .input = input,
            .output = output},
    .run = run,
};
