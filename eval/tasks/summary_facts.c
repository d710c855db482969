/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a summary names and counts is so: both kinds of summary, entity by entity. */
#include "eval/suite/summaries.h"

#define PEOPLE "people, by names and quotations"

static bool measure(struct task_run *run, enum summary_of of, uint32_t *measured, struct err *err)
{
    struct summary_items items;
    if (!summaries_read(run, of, &items, err))
        return false;
    for (uint32_t i = 0; i < items.count; i++) {
        const struct summary_item *item = &items.items[i];
        struct summary_told told;
        struct err missing = {0};
        if (!summaries_ask(run, of, item, &told, &missing)) {
            task_note(run, item->id, str_of(missing.text));
            *err = missing;
            continue;
        }
        summaries_add(run, item, (const double[]){told.facts.borne_out, told.facts.entities}, 2);
        task_add(run, PEOPLE, item->id, (const double[]){told.names.borne_out, told.names.entities},
                 2);
        if (told.facts.missing.len > 0)
            task_note(run, item->id, told.facts.missing);
        (*measured)++;
    }
    return true;
}

static bool run(struct task_run *run, struct err *err)
{
    uint32_t measured = 0;
    return measure(run, SUMMARY_OF_TRACES, &measured, err) &&
           measure(run, SUMMARY_OF_SIGNALS, &measured, err) && measured > 0;
}

const struct task task_summary_facts = {
    .name = "summary_facts",
    .category = CATEGORY_SUMMARIES,
    .summary = "do the data bear out what a summary names and counts?",
    .measure = "share of its names, quotations, times and numbers that are borne out",
    .source = "the summaries of both kinds",
    .minds = MIND(NONE),
    .score = summaries_score,
    .run = run,
};
