/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several threads over the blocks of some files, as if it were one: blocks are cut where they would
 * be cut for one thread, and what was made of them is brought together in their order. So the
 * number of threads changes the time it takes and nothing else.
 */
#pragma once

#include "logs/input.h"

#define CREW_MAX 16 /* threads */

struct crew {
    uint32_t threads; /* 0 or 1: the caller's alone */
    void *state;

    /* On any thread; what it gives lives in `arena`, with the block's bytes, until it is merged. */
    void *(*work)(void *state, uint32_t worker, const struct block *block, struct arena *arena);

    /* On the caller's thread, block by block in their order. */
    void (*merge)(void *state, void *result);

    /* The same, now and then; may be NULL. `done` is 0 to 1. */
    void (*progress)(void *state, double done);
};

/* False: a file could not be read to its end. */
MUST_CHECK bool crew_run(const struct crew *crew, struct input *const *inputs, uint32_t count,
                         struct err *err);
