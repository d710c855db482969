/* SPDX-License-Identifier: Apache-2.0 */
/* Which actors are asked about a case, in which order. A plan is read-only once it is made. */
#pragma once

#include "actor/actor.h"

struct plan {
    const struct actor *const *steps; /* ends with NULL */
};

/* The same for the same case. Actors whose signals are missing stay in; the run skips them. */
struct plan director_plan(struct casefile *casefile);

/*
 * Runs every step that it can. A step that fails or lacks its signals leaves a gap in the case and
 * the run goes on; false means that the run itself had to stop: out of time.
 */
MUST_CHECK bool director_run(const struct plan *plan, const struct services *services,
                             struct casefile *casefile, struct err *err);
