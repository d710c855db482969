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

/* The mean score of the measured tasks of a category; NAN: none was. */
double sheet_category(const struct sheet *sheet, enum category category, enum mind mind,
                      uint32_t *measured);

void sheet_page(const struct sheet *sheet, struct buf *out);
void sheet_json(const struct sheet *sheet, struct buf *out);
void sheet_text(const struct sheet *sheet, struct buf *out);
