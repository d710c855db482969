/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reads evidence from outside gives up what it does not need: to read other files, to write
 * anywhere but into one folder, to speak with anybody, to start anything, and to outlive who
 * started it. A hole in a decoder is then worth little.
 *
 * Not every kernel can do all of it, and a container may forbid it: what could not be had is told.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

struct sandbox {
    const char *const *evidence; /* folders and files that may be read */
    uint32_t evidence_count;
    const char *output; /* a folder that may be written; may be NULL */
};

/*
 * For this process, for good; called before it has a second thread. Empty: all of it could be had;
 * else what could not, in words. Files that are open already stay so.
 */
struct str sandbox_enter(struct arena *arena, const struct sandbox *sandbox);
