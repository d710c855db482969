/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who keeps a world. As root it is init of a process namespace, with a network and mounts of its
 * own: when it ends, however it ends, the kernel ends all that is in them. Without root its
 * processes end with it (PR_SET_PDEATHSIG), and what they had started stands in the journal.
 */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

struct keeper {
    /* In the keeper's process, with a world that has nothing in it yet. The exit status comes back.
     */
    int (*run)(struct world *world, void *state);
    void *state;
    bool outlives; /* who started it; otherwise it ends when they do */
    uint64_t seed;
};

/*
 * Sweeps what dead worlds have left, makes a world's folder and forks its keeper. `told`, where not
 * NULL, is a pipe's end that the keeper's keeper_tell() writes to.
 */
MUST_CHECK bool keeper_start(const struct keeper *keeper, struct journal *journal, pid_t *pid,
                             int *told, struct err *err);

/* One line for who waits at `told`; from the keeper. */
void keeper_tell(const char *line);

/* True once somebody has asked it to end (SIGTERM, SIGINT), or who started it is gone. */
bool keeper_is_asked_to_end(void);
