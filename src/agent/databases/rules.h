/* SPDX-License-Identifier: Apache-2.0 */
/* The rules by which a census shows what is wrong (ailment.h), and all of them at once. */
#pragma once

#include "agent/databases/ailment.h"

void rules_sessions(struct ailments *ailments);
void rules_tables(struct ailments *ailments);
double rules_plans(struct ailments *ailments); /* the most harm that a statement does, 0 to 1 */
void rules_settings(struct ailments *ailments, double harm);

/* What one ailment explains of another weighs less; strongest first. */
void rules_find(struct arena *arena, const struct census *census, struct ailments *out);
