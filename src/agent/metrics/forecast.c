/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a series was going to do, and when it will have reached its limit: the value that its past
 * let expect at some time beside the one that came, and the line that it has followed since.
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "stats/forecast.h"
#include "stats/grid.h"
#include "stats/season.h"

#include <math.h>

#define HOUR_NS (3600.0 * (double)NS_PER_S)

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose series", NULL},
    {"instance", TYPE_TEXT, FIELD_OPTIONAL, "of which instance; default: of none", NULL},
    {"metric", TYPE_TEXT, 0, "which", NULL},
    {"at", TYPE_TIME, 0, "what came before is the past, what came since tells the rate", NULL},
    {"limit", TYPE_REAL, FIELD_OPTIONAL, "what it may not exceed, in its own unit", NULL},
    {0},
};

static const struct field output[] = {
    {"expected", TYPE_REAL, FIELD_OPTIONAL, "at that time, by its past; unknown without one", NULL},
    {"low", TYPE_REAL, FIELD_OPTIONAL, "of the interval that holds 90 % of what comes", NULL},
    {"high", TYPE_REAL, FIELD_OPTIONAL, "of the same", NULL},
    {"observed", TYPE_REAL, FIELD_OPTIONAL, "the first value that came", NULL},
    {"per_hour", TYPE_REAL, FIELD_OPTIONAL, "how much it has grown since, in its unit", NULL},
    {"full", TYPE_TIME, FIELD_OPTIONAL, "when it reaches the limit; unknown: not at this rate",
     NULL},
    {"full_soonest", TYPE_TIME, FIELD_OPTIONAL, "the same at the steepest rate that may be", NULL},
    {"full_latest", TYPE_TIME, FIELD_OPTIONAL, "and at the flattest; unknown: perhaps never", NULL},
    {0},
};

static const struct series *find(const struct series_list *list, const struct record *in)
{
    const struct value *instance = record_at(in, "instance");
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series_name *name = &list->items[i].name;
        if (str_eq(name->service, record_at(in, "service")->text) &&
            str_eq(name->metric, record_at(in, "metric")->text) &&
            str_eq(name->instance, instance->known ? instance->text : (struct str){0}))
            return &list->items[i];
    }
    return NULL;
}

/* What the samples before `split` let expect of the step after the last of them. */
static void tell_expected(struct arena *arena, const struct series *series, size_t split,
                          int64_t step_ns, struct record *out)
{
    if (split < FORECAST_COUNT_MIN || split == series->count)
        return;
    const struct grid past = grid_of(arena, series->times, series->values, split, step_ns);
    const size_t day = (size_t)(NS_PER_DAY / step_ns);
    const struct season season = season_of(arena, past.values, past.count, day, 7 * day);
    struct forecast next;
    forecast_next(arena, past.values, past.count, (const size_t[]){season.period, day, 7 * day}, 1,
                  &next);
    *record_at(out, "expected") = value_real(next.middle);
    *record_at(out, "low") = value_real(next.low);
    *record_at(out, "high") = value_real(next.high);
    *record_at(out, "observed") = value_real(series->values[split]);
}

/* Beyond what a time can say, it is never. */
static void tell_time(struct record *out, const char *name, const struct grid *since, double steps)
{
    const double ahead_ns = steps * (double)since->step_ns;
    if (ahead_ns < ((double)INT64_MAX - (double)since->last_ns) / 2)
        *record_at(out, name) = value_time(since->last_ns + (int64_t)ahead_ns);
}

static void tell_rate(struct arena *arena, const struct series *series, size_t split,
                      int64_t step_ns, const struct value *limit, struct record *out)
{
    const struct grid since = grid_of(arena, series->times + split, series->values + split,
                                      series->count - split, step_ns);
    if (since.count < FORECAST_COUNT_MIN)
        return;
    const struct forecast_fill fill =
        forecast_fill(arena, since.values, since.count, limit->known ? limit->real : INFINITY);
    *record_at(out, "per_hour") = value_real(fill.slope * HOUR_NS / (double)step_ns);
    tell_time(out, "full", &since, fill.middle);
    tell_time(out, "full_soonest", &since, fill.soonest);
    tell_time(out, "full_latest", &since, fill.latest);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    const struct series *series = find(&list, in);
    if (!series)
        return err_set(err, ERR_NOT_FOUND, "there is no such series");
    const int64_t step_ns = grid_step_ns(call->scratch, series->times, series->count);
    if (step_ns < 1)
        return true; /* a single sample has neither past nor rate */
    const size_t split = series_split(series, record_at(in, "at")->integer);
    tell_expected(call->scratch, series, split, step_ns, out);
    tell_rate(call->scratch, series, split, step_ns, record_at(in, "limit"), out);
    return true;
}

const struct tool tool_metrics_forecast = {
    .sig = {.name = "forecast",
            .summary = "Tell what a series was expected to do, and when it reaches its limit",
            .input = input,
            .output = output},
    .run = run,
};
