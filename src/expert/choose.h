/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asked: the one place where that is decided. */
#pragma once

#include "base/str.h"
#include "expert/ability.h"

#define NOBODY UINT32_MAX
#define FAILURES_MAX 3 /* in a row; then a model is not asked any more */

/* What is known of a model when it is thought of. */
struct candidate {
    struct str name;
    unsigned abilities;
    const char *forbidden; /* of what the question is made, what it may not see; NULL: nothing */
    double price;          /* of a million tokens in and as many out; 0: none is known */
    uint32_t failures;     /* in a row, until now */
    bool tells_odds;
    bool is_tried; /* for this very question */
};

/* What is wanted. */
struct wanted {
    enum ability ability;
    const char *task;
    bool odds;
};

/* The index of who should be asked; NOBODY: there is none. */
uint32_t choose(const struct candidate *candidates, uint32_t count, const struct wanted *wanted);

/* Why this one cannot be asked, as "may not see logs"; NULL: it can. */
const char *choose_objection(const struct candidate *candidate, const struct wanted *wanted);
