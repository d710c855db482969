/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in this case, as words to look for in changes. */
#pragma once

#include "case/casefile.h"
#include "culprit/clues.h"

/*
 * The alert's own words, and what claims quote, the strongest first: lines of logs, exceptions,
 * frames, statements, metrics. What changes are blamed for is left out, and so are names of
 * services: culprit/context.h and the verdict speak of places.
 */
struct clues symptoms_clues(struct arena *arena, const struct casefile *casefile);
