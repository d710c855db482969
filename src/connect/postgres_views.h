/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PostgreSQL is asked about itself: each view one SELECT over its catalogue and its
 * statistics, bounded in rows, for the versions 12 to 17. Their columns, by name, are what
 * agent/databases/census.h reads; what a version or a right does not give is left out.
 */
#pragma once

struct postgres_view {
    const char *name; /* "tables" */
    const char *sql;
};

extern const struct postgres_view postgres_views[]; /* ends where the name is NULL */

/* Who waits for a lock that somebody holds or waits for before: an edge a row. */
extern const char postgres_waits[];

/* What runs for a second or more, and how long such a statement usually takes; the second without
 * that, for servers that keep no statistics of statements. */
extern const char postgres_running[];
extern const char postgres_running_unknown[];
