/* SPDX-License-Identifier: Apache-2.0 */
/* Whether flame graphs, before and since a fault, are told as people tell them. */
#include "eval/suite/summaries.h"

static bool run(struct task_run *run, struct err *err)
{
    return summaries_measure(run, SUMMARY_OF_TRACES, err);
}

const struct task task_trace_summary = {
    .name = "trace_summary",
    .category = CATEGORY_TRACES,
    .summary = "what do the flame graphs of an incident show?",
    .measure = "Rouge-2 by the agreement of people; 0 beyond two hallucinations",
    .source = "recordings of the gym, each told by three people",
    .minds = MIND(NONE),
    .score = summaries_score,
    .run = run,
};
