/* SPDX-License-Identifier: Apache-2.0 */
/* SQL that shows the shift of a series again. */
#pragma once

#include "case/evidence.h"

struct arena;

/*
 * Columns before (the median) and after (the upper quartile since the onset; the lower one, if it
 * falls). Whoever speaks of a series uses this very text: what several claims share is read once.
 */
struct str series_shift_query(struct arena *arena, const struct series_name *name, bool falls,
                              int64_t onset_ns);
