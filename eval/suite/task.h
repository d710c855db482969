/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks of the evaluation: each puts items to the program, and to the baselines beside it, and
 * scores what comes back. One task, one file in eval/tasks/, one word in its meson.build.
 *
 * A task tells parts, item by item: numbers that add up over items, so that the score of any sample
 * of the items can be worked out from their sums. That is what the interval is made of.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define CATEGORIES(X)                                                                              \
    X(LOGS, logs, "Log understanding")                                                             \
    X(CODE, code, "Code, bugs and exceptions")                                                     \
    X(ENGINEERING, engineering, "Software-engineering reasoning")                                  \
    X(CLOUD, cloud, "Cloud and DevOps reasoning")                                                  \
    X(TRACES, traces, "Trace summary")                                                             \
    X(DATABASES, databases, "Database debugging")                                                  \
    X(SUMMARIES, summaries, "Log and metric summarisation")                                        \
    X(SERIES, series, "Metric time series")                                                        \
    X(QUERIES, queries, "Query generation")                                                        \
    X(INCIDENTS, incidents, "End to end")

enum category {
#define X(id, name, text) CATEGORY_##id,
    CATEGORIES(X)
#undef X
        CATEGORIES_COUNT
};

const char *category_name(enum category category); /* "logs" */
const char *category_text(enum category category); /* "Log understanding" */

/* With whose help the program answers. */
#define MINDS(X)                                                                                   \
    X(NONE, none, "no model")                                                                      \
    X(SMALL, small, "small experts")                                                               \
    X(MODEL, model, "a configured model")

enum mind {
#define X(id, name, text) MIND_##id,
    MINDS(X)
#undef X
        MINDS_COUNT
};

const char *mind_name(enum mind mind); /* "small" */
const char *mind_text(enum mind mind); /* "small experts" */

#define MIND(id) (1u << MIND_##id)
#define MINDS_ALL (MIND(NONE) | MIND(SMALL) | MIND(MODEL))

/* Where a task finds its items and the program. */
struct task_place {
    const char *data;    /* the public sets, unpacked; NULL: not at hand */
    const char *gym;     /* recordings of the gym; NULL: the shipped incidents */
    const char *program; /* `warroom` */
    const char *self;    /* `warroom-eval` */
    const char *expert;  /* the file of a model; NULL: none is configured */
    const char *out;     /* a folder: what several tasks need is kept there */
    uint32_t jobs;
};

#define TASK_PARTS_MAX 8
#define TASK_US "warroom" /* who answers, beside the baselines */

/* The same answers by half, where items of ours have two: what may have steered the program, and
 * what has not. */
#define TASK_DEV TASK_US ", dev half"
#define TASK_KEPT TASK_US ", kept half"

struct task_run {
    struct arena *arena; /* of the run; what is kept of an item is copied */
    const struct task_place *place;
    enum mind mind;
    struct task_items *items;
};

/* One answer of `who`. The parts that are not given are 0. */
void task_add(struct task_run *run, const char *who, struct str item, const double *parts,
              uint32_t parts_count);

/* Something about an item that people read in the card, and that counts for nothing. */
void task_note(struct task_run *run, struct str item, struct str text);

struct task {
    const char *name; /* "log_templates" */
    enum category category;
    const char *summary; /* one line, no full stop: what is asked */
    const char *measure; /* "group accuracy" */
    const char *source;  /* whose items these are */
    unsigned minds;      /* those that can make a difference; the others are not asked */

    /* From the sums of the parts of `items` items to the score, 0 to 1; NULL: the mean of the first
     * part. */
    double (*score)(const double sums[TASK_PARTS_MAX], uint32_t items);

    /* False: it could not be measured, and err says why: ERR_NOT_FOUND where its data are not at
     * hand. */
    bool (*run)(struct task_run *run, struct err *err);
};

extern const struct task *const tasks[]; /* by category, then name; ends with NULL */

/* NULL: there is none of that name. */
const struct task *task_find(struct str name);
