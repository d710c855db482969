/* SPDX-License-Identifier: Apache-2.0 */
/* What calls may use, wired up for one case. */
#pragma once

#include "case/call.h"
#include "source/bundle.h"

struct memories;   /* engine/memories.h */
struct repository; /* engine/repository.h */

/*
 * Opens a store, reads the bundle, the repository and the memories (NULL: none) into it and seals
 * it. All of it goes with the arena.
 */
MUST_CHECK bool services_open(struct arena *arena, const struct bundle *bundle,
                              const struct repository *repository, const struct memories *memories,
                              struct casefile *casefile, struct services *out, struct err *err);
