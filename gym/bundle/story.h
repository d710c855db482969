/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of a scenario, from nothing to a bundle and a healed shop: up, warm, innocent commits,
 * red herrings, inject, alert, aftermath, record, heal, verify.
 */
#pragma once

#include "gym/bundle/scenario.h"
#include "gym/world/world.h"

struct story {
    const struct scenario *scenario;
    const char *out; /* a folder or NAME.tar.zst; an absolute path */
};

/* In the keeper. What it does it says on stderr, a line a step. */
MUST_CHECK bool story_tell(struct world *world, const struct story *story, struct err *err);
