/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a scenario in a keeper of its own, and removes all of it, however it has ended. */
#pragma once

#include "eval/verb.h"

struct arena;

struct recording_wish {
    const char *scenario; /* a file, or a name in gym/scenarios */
    const char *out;
    unsigned cell;
    uint64_t seed;
};

/* An exit status: EXIT_MEASURED; EXIT_UNDER, where no alert has fired or it did not heal;
 * EXIT_NOT_MEASURED. `err` says why. */
int recorder_run(struct arena *arena, const struct recording_wish *wish, struct err *err);
