/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is compared: the truth of a case, and what the program answered.
 *
 * The answer is read from the report's JSON as any customer would read it; nothing of the engine is
 * known here but `verdict`, `hypotheses` and `changes`.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

struct truth {
    bool nobody;         /* a control: nothing was broken, and right is to name no cause */
    struct str service;  /* empty where the fault is in something else */
    struct str instance; /* empty: not told */
    struct str object;   /* "node/worker-1"; empty: the set does not name objects */
    struct str fault;    /* the set's name for the cause; may be empty */
    struct str taxonomy; /* the set's name for the kind of cause; may be empty */
    struct str kind;     /* the kind of fault as the engine names kinds; empty: not told */
    struct str recut;    /* what was done to the recording, "late+rename"; empty: nothing */
    struct str change;   /* the id of the change that did it; empty: none did, or not told */
    bool tells_change;
    bool tells_onset;
    int64_t onset_ns; /* when it began */
};

struct suspect {
    struct str subject;
    struct str instance;
    struct str cause;
    struct str kind; /* of fault; empty: the program does not say */
    bool has_since;
    int64_t since_ns; /* when its trouble began */
};

struct answer {
    bool known;               /* does the report name a cause, or withhold its verdict? */
    double confidence;        /* of the verdict, 0 to 1 */
    struct suspect *suspects; /* best first */
    uint32_t suspects_count;
    bool names_change;   /* does it name the first of the changes? */
    struct str *changes; /* ids, the likeliest first */
    uint32_t changes_count;
};

#define SUSPECTS_MAX 100
#define CHANGES_MAX 20

/* Both copy what they keep into the arena. */
MUST_CHECK bool truth_parse(struct arena *arena, struct str text, struct truth *out,
                            struct err *err);
MUST_CHECK bool answer_parse(struct arena *arena, struct str text, struct answer *out,
                             struct err *err);
