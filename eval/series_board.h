/* SPDX-License-Identifier: Apache-2.0 */
/* What `warroom eval series` has measured, as text and JSON. */
#pragma once

#include "base/buf.h"
#include "eval/nab.h"
#include "eval/rolling.h"
#include "eval/watch.h"

enum { PROFILE_STANDARD, PROFILE_FEW_FALSE_ALARMS, PROFILE_FEW_MISSES, PROFILES };

extern const struct nab_profile *const profiles[PROFILES];

/* What a detector made of all series. */
struct watched {
    const struct watcher *watcher;
    struct nab_series *series; /* one a file, in the same order */
    struct nab_result results[PROFILES];
    /* The standard score where each group is judged at the threshold of the other groups; NAN:
     * there is only one group. */
    double held_out;
};

struct series_board {
    const struct nab_files *files;
    const struct watched *watched; /* one a watcher, in the same order; ours first */
    const struct rolling *rolling; /* one a file */
    bool per_series;
};

void series_board_text(const struct series_board *board, struct buf *out);
void series_board_json(const struct series_board *board, struct buf *out);
