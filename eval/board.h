/* SPDX-License-Identifier: Apache-2.0 */
/* How scores are shown: as tables for people, as JSON for programs, as TSV for `sort` and `join`.
 */
#pragma once

#include "base/buf.h"
#include "eval/score.h"

struct board {
    const struct outcome *outcomes; /* by path */
    uint32_t outcomes_count;
    const struct scorecard *cards; /* one a set */
    uint32_t cards_count;
    bool per_case;
};

/* A scorecard for each set, in the order of the first case of each. Lives in the arena. */
struct board board_new(struct arena *arena, const struct outcome *outcomes, uint32_t count);

void board_text(const struct board *board, struct buf *out);
void board_json(const struct board *board, struct buf *out);
