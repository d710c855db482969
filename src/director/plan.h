/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in planner: texts in the runbook language, composed of the runbooks that apply. */
#pragma once

#include "runbook/run.h"

/*
 * Follows each runbook whose guard holds now, in the order of the library, but for those that this
 * run has followed already. Empty: there is none. The same case gives the same text.
 */
struct str plan_compose(struct arena *arena, const struct run *run, const struct library *library,
                        const char *name);

/* What is left when each hypothesis has failed: look further back and further around. */
struct str plan_widen(struct arena *arena, const struct casefile *casefile, const char *name);

/* `name` alone, as a plan. */
struct str plan_single(struct arena *arena, const char *name, const char *summary);
