/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows a wish is about, as conditions of SQL: for put_sql.c alone. */
#pragma once

#include "base/buf.h"
#include "query/wish.h"

struct select {
    struct arena *arena;
    const struct wish *wish;
    const char *table;
    struct buf where; /* empty, or " WHERE ..." */
};

/* `column = 'a'`, or one of several; `is_not`: none of them. No text, nothing. */
void sql_where_in(struct select *select, const char *column, const struct str *texts,
                  uint32_t count, bool is_not);

/* All that the wish asks, but for what a share is counted of. */
void sql_where(struct select *select);

/* Of the services and instances that are named, and nothing else. */
void sql_where_names(struct select *select);

/* What a share is counted of, as an expression; empty: nothing. */
struct str sql_where_part(const struct select *select);

/* The bound is one of each sample, not of what is worked out of them. */
bool sql_is_of_samples(const struct wish *wish);
