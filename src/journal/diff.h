/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why two investigations differ: what is other in the one than in the other, in the order in which
 * an investigation goes. The first difference is where to look for the cause of all that follow.
 * How long anything took never counts.
 */
#pragma once

#include "journal/reader.h"

#define PARTS(X)                                                                                   \
    X(PROGRAM, program)                                                                            \
    X(ALERT, alert)                                                                                \
    X(BUDGET, budget)                                                                              \
    X(RUNBOOKS, runbooks)                                                                          \
    X(WEIGHTS, weights)                                                                            \
    X(SOURCES, sources)                                                                            \
    X(PLAN, plan)                                                                                  \
    X(STEPS, steps)                                                                                \
    X(EVIDENCE, evidence)                                                                          \
    X(LEADS, leads)                                                                                \
    X(WITHDRAWN, withdrawn)                                                                        \
    X(HYPOTHESES, hypotheses)                                                                      \
    X(END, end)

enum part {
#define X(id, name) PART_##id,
    PARTS(X)
#undef X
        PARTS_COUNT
};

const char *part_name(enum part part); /* "sources" */

struct difference {
    enum part part;
    struct str subject; /* which of them: "metrics.csv", "step 3, `find_onset`"; may be empty */
    struct str path;    /* which of its members: "rows"; may be empty */
    struct str a;       /* what stands there; empty: it is not in A */
    struct str b;
    struct str lines; /* of texts: "-" only in A, "+" only in B; may be empty */
    struct difference *next;
};

struct conclusion {
    bool whole; /* the investigation came to its end */
    bool known;
    struct str subject; /* of the best hypothesis; empty: there is none */
    struct str cause;
    double confidence;
};

struct comparison {
    struct conclusion a;
    struct conclusion b;
    struct difference *differences;
    uint32_t count;    /* of those that are listed */
    uint32_t left_out; /* and of those that are not */
};

MUST_CHECK bool diff_journals(struct arena *arena, const struct reader *a, const struct reader *b,
                              struct comparison *out, struct err *err);

/* Of two reports in JSON, as far as they tell: they have no plans, inputs and outputs. */
MUST_CHECK bool diff_reports(struct arena *arena, const json_t *a, const json_t *b,
                             struct comparison *out, struct err *err);
