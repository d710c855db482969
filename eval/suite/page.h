/* SPDX-License-Identifier: Apache-2.0 */
/* The cards as a page of their own, as JSON, and as a table for a terminal. */
#pragma once

#include "eval/suite/card.h"

struct sheet {
    struct arena *arena;
    const struct card *cards; /* by task, then mind */
    uint32_t count;
    const char *version;
};

/* A category: the mean of its tasks, each weighing the same. */
struct figure {
    double score;     /* NAN: none was measured */
    double low, high; /* of the mean, sample by sample; NAN where a task has none */
    uint32_t tasks;
};

/* A task in which that help makes no difference counts as it is without; one that could not be
 * measured is left out. NAN as well: nothing was asked with that help. */
struct figure sheet_category(const struct sheet *sheet, enum category category, enum mind mind);

void sheet_page(const struct sheet *sheet, struct buf *out);
void sheet_json(const struct sheet *sheet, struct buf *out);
void sheet_text(const struct sheet *sheet, struct buf *out);
