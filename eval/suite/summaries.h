/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tasks of summaries share: references by people, what the program says of the same
 * incident, and what of it the data bear out.
 *
 * eval/references/traces.jsonl and signals.jsonl have an object a line: `id`, `bundle` (a path from
 * the root of the source), `half` ("dev" may have steered the program, "kept" has not), `texts`:
 * the summaries of several people, who have seen no other.
 */
#pragma once

#include "eval/suite/facts.h"
#include "eval/suite/task.h"

#define REFERENCES_MAX 8

struct summary_item {
    struct str id;
    const char *bundle;
    bool is_kept;
    struct str texts[REFERENCES_MAX];
    uint32_t texts_count;
};

struct summary_items {
    struct summary_item *items;
    uint32_t count;
};

enum summary_of { SUMMARY_OF_TRACES, SUMMARY_OF_SIGNALS };

/* Errors name file and line. ERR_NOT_FOUND: there are no references. */
MUST_CHECK bool summaries_read(const struct task_run *run, enum summary_of of,
                               struct summary_items *out, struct err *err);

struct summary_told {
    struct str text;           /* plain; empty: the program gave none */
    struct facts facts, names; /* of its marked text; of people's, by names and quotations alone */
    struct str lead;           /* the alert's own words */
    struct str template;       /* what a fill-in form says */
};

/*
 * Asked once in a run of the suite. Flame graphs are cut where the fault was injected, as those
 * that people were given. False: the bundle is not there, or cannot be read.
 */
MUST_CHECK bool summaries_ask(const struct task_run *run, enum summary_of of,
                              const struct summary_item *item, struct summary_told *out,
                              struct err *err);

/* Adds the answer to the task, to the log, and as part of its half. */
void summaries_add(struct task_run *run, const struct summary_item *item, const double *parts,
                   uint32_t parts_count);

/* The task that holds summaries against references; its score. */
MUST_CHECK bool summaries_measure(struct task_run *run, enum summary_of of, struct err *err);
double summaries_score(const double sums[TASK_PARTS_MAX], uint32_t items);
