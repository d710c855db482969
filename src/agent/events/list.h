/* SPDX-License-Identifier: Apache-2.0 */
/* A table as `kubectl get` prints it. Cells are slices of the text. */
#pragma once

#include "base/str.h"

struct arena;

struct list {
    struct str *columns;
    uint32_t columns_count;
    struct str *cells; /* row by row */
    uint32_t rows;
};

/* Without a line of headers (as in "No resources found") the list is empty. */
struct list list_parse(struct arena *arena, struct str text);

/* Empty where there is no such column. */
struct str list_cell(const struct list *list, uint32_t row, const char *column);
