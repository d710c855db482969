/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collecting problems: in the order of the text, each once, and no more than anyone would read.
 *
 * One mistake shall be one problem. So whoever finds something wrong that follows from a mistake
 * which was told already says nothing.
 */
#pragma once

#include "runbook/runbook.h"

struct problems {
    struct arena *arena;
    struct str file; /* put into each; may be empty */
    struct problem *first;
    uint32_t count;
};

struct problems problems_new(struct arena *arena, struct str file);

/* Whether another one would only be "there are more"; then it is not worth looking for. */
bool problems_are_enough(const struct problems *problems);

/* `hint` says what to write instead; may be empty. */
void problem_add(struct problems *problems, struct span at, struct str hint, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

/* "did you mean `look`?", or `otherwise` where `best` is empty. */
struct str problem_did_you_mean(struct problems *problems, struct str best, struct str otherwise);
