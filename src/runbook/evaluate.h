/* SPDX-License-Identifier: Apache-2.0 */
/* What an expression of a runbook is worth at the moment: pure, for what the walk has come to. */
#pragma once

#include "data/batch.h"
#include "runbook/runbook.h"

/* What a name of a runbook stands for at the moment. */
struct slot {
    enum { SLOT_EMPTY, SLOT_RECORD, SLOT_ROW, SLOT_LEAD } kind;
    struct record record;
    const struct batch *rows;
    size_t row;
    struct lead *lead;
};

struct scene {
    const struct casefile *casefile;
    struct slot *slots; /* by number of the name */
};

/* Not known where it is not known as yet. */
struct value evaluate(const struct scene *scene, const struct expression *expression);

/* What is not known holds in no comparison. */
bool evaluate_test(const struct scene *scene, const struct test *test);

/* Words as they are spoken: an unknown text is an empty one. */
struct str evaluate_words(const struct scene *scene, const struct expression *expression);
