/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is asked: the one place where that is decided.
 *
 * For labels, ranks and forecasts, of those that were measured (expert/router.h) the cheapest whose
 * probability to be right is within ODDS_APART of the best; and whoever was not measured only where
 * nobody who was can be asked: a model has earned what was measured of it. For plans and prose, of
 * which nothing is measured, and among the unmeasured, the order of the user's file.
 */
#pragma once

#include "base/str.h"
#include "expert/ability.h"

#define NOBODY UINT32_MAX
#define FAILURES_MAX 3  /* in a row; then a model is not asked any more */
#define ODDS_APART 0.01 /* less is no difference that a measurement of some hundred answers shows  \
                         */

/* What is known of a choice when it is thought of. */
struct candidate {
    struct str name;
    unsigned abilities;
    const char *forbidden; /* of what the question is made, what it may not see; NULL: nothing */
    double odds;           /* that it answers right; NAN: it was not measured */
    double money;          /* of an answer, as measured; 0: it costs none */
    double cost_us;        /* the same in time */
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
