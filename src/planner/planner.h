/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A planner that asks a model. What it writes is a text in the runbook language, and goes through
 * the checker as anybody's does: a plan can ask questions, and can do nothing else. Where nothing
 * that can be followed comes, or the plan settles nothing, the director plans by itself.
 *
 * Its value is not assumed: `warroom eval rca --plan-by-expert` measures it.
 */
#pragma once

#include "director/director.h"
#include "expert/panel.h"

#define PLAN_STEPS_MAX 200 /* at worst: four times what the dearest shipped runbook comes to */

/* The panel must outlive the planner, which lives in `arena`. */
const struct planner *planner_of_panel(struct arena *arena, struct panel *panel);

/* What would be asked; for who wants to see it before it is sent. */
struct brief planner_brief(struct arena *arena, const struct casefile *casefile,
                           const struct library *library);
