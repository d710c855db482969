/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Models that were asked": what the forms say alike of each consultation. Where no model was asked
 * nothing of it stands in a report.
 */
#pragma once

#include "case/consultation.h"

/* "3 questions, 1 of them a repair; 1234 tokens in, 56 out; cost 0.10; 789 ms, ..." */
struct str consulted_usage(struct arena *arena, const struct consultation *it);

/* "used", "2 sentences removed", "not used: ..."; words of others may be in it. */
struct str consulted_outcome(struct arena *arena, const struct consultation *it);

/* "cloud", "nobody" */
struct str consulted_who(const struct consultation *it);
