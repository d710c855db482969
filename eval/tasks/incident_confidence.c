/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a stated 0.8 means four of five: 1 less the expected calibration error, over ten bins of
 * equal width. Each item carries its own distance to the share of its bin, so that sums suffice.
 */
#include "eval/suite/ask.h"

#include <math.h>

#define BINS 10

static int bin_of(double confidence)
{
    return confidence >= 1.0 ? BINS - 1 : (int)(confidence * BINS);
}

static double score(const double *sums, uint32_t items)
{
    return 1.0 - sums[0] / items;
}

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    double stated[BINS] = {0}, right[BINS] = {0}, count[BINS] = {0};
    if (!ask_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++) {
        const int bin = bin_of(cases.items[i].confidence);
        stated[bin] += cases.items[i].confidence;
        right[bin] += cases.items[i].right;
        count[bin]++;
    }
    for (uint32_t i = 0; i < cases.count; i++) {
        const int bin = bin_of(cases.items[i].confidence);
        task_add(run, TASK_US, cases.items[i].id,
                 &(double){fabs(stated[bin] - right[bin]) / count[bin]}, 1);
    }
    return true;
}

const struct task task_incident_confidence = {
    .name = "incident_confidence",
    .category = CATEGORY_INCIDENTS,
    .summary = "does the stated confidence hold?",
    .measure = "1 - ECE",
    .source = "the public incidents and the gym's",
    .minds = MINDS_ALL,
    .score = score,
    .run = run,
};
