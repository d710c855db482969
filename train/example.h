/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is learned from: cases that were investigated, with what was heard in each and whom the
 * truth names. The evidence is heard once; weighing it is what the learning does again and again.
 */
#pragma once

#include "train/truth.h"
#include "verdict/weigh.h"

struct example {
    uint32_t set; /* its number */
    struct str id;
    struct str fault, place; /* as truth.h has them */
    bool nobody;             /* nobody may be right: a control, or only who was wrong is known */
    bool vague;              /* it is known who was wrong, and no more: all others may be right */
    bool findable;           /* some suspect is whom the truth names */
    bool *right;             /* by the number of the suspect */
    struct weighing weighing;
};

struct examples {
    struct arena *arena;
    struct map sets;
    struct example *items; /* sorted by whoever adds them: the order is that of the sums */
    uint32_t count;
    uint32_t room;
};

struct examples examples_new(struct arena *arena);

/* The case must outlive the examples. */
void examples_add(struct examples *examples, struct str set, struct str id,
                  const struct casefile *casefile, const struct truth *truth);

/* The same, where all that is known is that it was not `wrong`. */
void examples_add_wrong(struct examples *examples, struct str set, struct str id,
                        const struct casefile *casefile, struct str wrong);

uint32_t examples_of_set(const struct examples *examples, uint32_t set);

#define SET_NONE UINT32_MAX /* no set is left out */
