/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the logs and metrics of an incident are told as people tell them. */
#include "eval/suite/summaries.h"

static bool run(struct task_run *run, struct err *err)
{
    return summaries_measure(run, SUMMARY_OF_SIGNALS, err);
}

const struct task task_signal_summary = {
    .name = "signal_summary",
    .category = CATEGORY_SUMMARIES,
    .summary = "what do the logs and metrics of an incident show?",
    .measure = "Rouge-2 by the agreement of people; 0 beyond two hallucinations",
    .source = "recordings of the gym, each told by three people",
    .minds = MIND(NONE),
    .score = summaries_score,
    .run = run,
};
