/* SPDX-License-Identifier: Apache-2.0 */
/* How far forecasts of 48 steps are off: 1 - MAPE, a series an item, and none below 0. */
#include "eval/suite/ask.h"

#include <math.h>

static double kept(double mape)
{
    return fmax(0.0, 1.0 - mape / 100.0);
}

static void add_baseline(struct task_run *run, const json_t *forecasts, const char *name)
{
    const json_t *mape = json_object_get(json_object_get(forecasts, name), "mape");
    task_add(run, name, STR("all"), &(double){kept(json_number_value(mape))}, 1);
}

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root, *item;
    size_t i;
    if (!ask_public(run, "nab", "series", "--per-series", &root, err))
        return false;
    json_array_foreach(json_object_get(root, "series"), i, item)
        task_add(run, TASK_US, str_of(json_string_value(json_object_get(item, "series"))),
                 &(double){kept(json_number_value(json_object_get(item, "mape")))}, 1);
    add_baseline(run, json_object_get(root, "forecasts"), "last value");
    add_baseline(run, json_object_get(root, "forecasts"), "period ago");
    return true;
}

const struct task task_series_forecast = {
    .name = "series_forecast",
    .category = CATEGORY_SERIES,
    .summary = "how does a series go on?",
    .measure = "1 - MAPE",
    .source = "26 series of the Numenta Anomaly Benchmark",
    .minds = MIND(NONE),
    .run = run,
};
