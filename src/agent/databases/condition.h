/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a plan's conditions ask of a table, as PostgreSQL prints them with the names of all columns
 * in full: "((o.customer_id = 7) AND ((o.status)::text = 'open'::text))". Pure, over text from
 * outside: of each at most 4 kB.
 */
#pragma once

#include "base/str.h"

struct arena;

#define CONDITION_COLUMNS_MAX 8

struct condition_column {
    struct str text; /* as an index would have it: `customer_id`, `lower(email)`, `at DESC` */
    bool is_equal;   /* one value, or a list of them; else a range */
};

struct condition_columns {
    struct condition_column items[CONDITION_COLUMNS_MAX];
    uint32_t count;
};

/*
 * The columns of `alias` that all rows must have a value or range of. A part that an index of its
 * column cannot help with (OR, LIKE, <>, arithmetic) gives none.
 */
struct condition_columns condition_columns(struct arena *arena, struct str condition,
                                           struct str alias);

/* The same of a list that is sorted by: "o.at DESC, o.id"; none where one of it is of another. */
struct condition_columns condition_sorted(struct arena *arena, struct str list, struct str alias);

/*
 * What an index of them is made of: "customer_id, state, at". Those of one value come first, then
 * one of a range, for an index narrows by no second one; three at most.
 */
struct str condition_key(struct arena *arena, const struct condition_columns *columns);
