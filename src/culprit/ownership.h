/* SPDX-License-Identifier: Apache-2.0 */
/* Which services a change is about, by what is known at the time of a question (context.h). */
#pragma once

#include "culprit/called.h"
#include "culprit/context.h"

#define SERVICES_OF_MAX 8 /* that one change is about; more is a change to everything */

struct ownership {
    const struct question *question;
    const struct context *context;
    struct called called;
    struct map folders; /* that rollouts brought changes of */
    uint32_t *brought;  /* beside it: to whom, or SHARED */
};

struct subjects {
    uint32_t nodes[SERVICES_OF_MAX];
    uint32_t count;
};

/* The question must have a context. What was brought until then says whose folders are whose. */
struct ownership ownership_new(struct arena *arena, const struct question *question);

/* Numbers of nodes of the context's topology. */
struct subjects ownership_subjects(const struct ownership *it, uint32_t number);
