/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the windows that people have labelled are found in time, and nothing else is: the
 * standard score of the Numenta Anomaly Benchmark, from -windows (silence) to +windows.
 */
#include "eval/suite/ask.h"

static double score(const double *sums, uint32_t items)
{
    (void)items;
    return sums[1] > 0.0 ? (sums[0] + sums[1]) / (2.0 * sums[1]) : 0.0;
}

static void add_baseline(struct task_run *run, const json_t *detectors, const char *name,
                         const char *who)
{
    const json_t *detector = json_object_get(detectors, name);
    /* of the whole benchmark, as its published form has it: 100 times our score */
    const double parts[] = {
        2.0 * json_number_value(json_object_get(detector, "standard")) / 100.0 - 1.0, 1.0};
    task_add(run, who, STR("all"), parts, 2);
}

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root, *item;
    size_t i;
    if (!ask_public(run, "nab", "series", "--per-series", &root, err))
        return false;
    json_array_foreach(json_object_get(root, "series"), i, item)
    {
        const double parts[] = {json_number_value(json_object_get(item, "raw")),
                                json_number_value(json_object_get(item, "windows"))};
        task_add(run, TASK_US, str_of(json_string_value(json_object_get(item, "series"))), parts,
                 2);
    }
    add_baseline(run, json_object_get(root, "detectors"), "gauss", "windowed Gaussian");
    add_baseline(run, json_object_get(root, "detectors"), "chance", "chance");
    return true;
}

const struct task task_series_anomalies = {
    .name = "series_anomalies",
    .category = CATEGORY_SERIES,
    .summary = "when is a series odd?",
    .measure = "NAB standard score / 100",
    .source = "26 series of the Numenta Anomaly Benchmark",
    .minds = MIND(NONE),
    .score = score,
    .run = run,
};
