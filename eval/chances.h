/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How good foretelling is, where each thing comes or does not: by its order alone, and by the
 * chances that it states.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct foretold {
    double value; /* larger: sooner; a chance where it is one */
    bool came;
};

struct order_scores {
    double auc;       /* chance that one that came stands before one that did not; alike: half */
    double precision; /* average precision: mean, over those that came, of the share that came of
                         all that stand as high */
    double decile;    /* share that came of the first tenth */
};

/*
 * Puts the items into order. NAN where none came, or all did. Of values alike, what came stands in
 * the middle of those that did not: a constant foretells nothing.
 */
struct order_scores order_score(struct foretold *items, uint32_t count);

/*
 * Expected calibration error: the mean distance of stated chance and share that came, over tenths
 * of the items by chance (as many items in each). Puts the items into order.
 */
double chances_off(struct foretold *items, uint32_t count);
