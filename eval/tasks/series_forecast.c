/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far forecasts of 48 steps are off: 1 - MAPE, a series an item, and none below 0. A series all
 * of whose values are too small for a percentage is no item.
 */
#include "eval/suite/ask.h"

#include <math.h>

/* Those of the program are called as it is. */
static void add_forecasts(struct task_run *run, const json_t *series)
{
    const struct str id = str_of(json_string_value(json_object_get(series, "series")));
    const char *who;
    json_t *measured;
    json_object_foreach(json_object_get(series, "forecasts"), who, measured)
    {
        const json_t *mape = json_object_get(measured, "mape");
        if (json_is_number(mape))
            task_add(run, who, id, &(double){fmax(0.0, 1.0 - json_number_value(mape) / 100.0)}, 1);
    }
}

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root, *item;
    size_t i;
    if (!ask_public(run, "nab", "series", "--per-series", &root, err))
        return false;
    json_array_foreach(json_object_get(root, "series"), i, item) add_forecasts(run, item);
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
