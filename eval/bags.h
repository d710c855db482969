/* SPDX-License-Identifier: Apache-2.0 */
/* All changes of a history as the matcher of the code expert sees them. */
#pragma once

#include "culprit/history.h"
#include "expert/code/match.h"

/* One for each change, by number. */
struct match_bag *bags_of(struct arena *arena, const struct history *history);
