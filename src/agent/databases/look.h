/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a statement that does harm: what runs for a second or more and usually does not, or
 * what takes a tenth of all time that is spent on statements. What its plan says of tables, and
 * how it is told.
 */
#pragma once

#include "agent/databases/ailment.h"

#define LOOK_NONE UINT32_MAX /* no row */

/* A plan that is looked at, and why. */
struct look {
    struct str of;
    uint32_t first, end; /* its rows in `plans` */
    uint32_t running;    /* its row there; LOOK_NONE: it does not run */
    uint32_t statement;  /* its row there; LOOK_NONE: there are no statistics of it */
    double harm;         /* 0 to 1 */
};

/* Who has run for so long does half of the harm that one can. */
#define LOOK_RAN_HALF_S 4.0

/* The plan whose first row in `plans` that is. */
struct look look_at(const struct census *census, uint32_t first);

/* The harm of one that runs, by its row in `running`. */
double look_harm(const struct census *census, uint32_t row);

/* The row of a plan's table in `tables`; LOOK_NONE: it is none of the user's. */
uint32_t look_table(const struct census *census, struct str relation);

/* How many rows a table has, or was planned for as having. */
double look_table_rows(const struct census *census, uint32_t table);

/* The same name, be it in quotes or not: a plan quotes no words that SQL keeps for itself. */
bool look_same_name(struct str a, struct str b);

/* How many rows a node of a plan gives, as planned. */
double look_rows(const struct census *census, uint32_t node);

/* How many rows it gives each time, by the statistics; INFINITY: that is not known. */
double look_gives(const struct census *census, const struct look *look);

/*
 * What is to blame for it, with `object` as SQL has to name it; the query bears out `*statement`,
 * with which the claim begins. NULL: it is told already, or there is no room.
 */
struct ailment *look_blame(struct ailments *it, const struct look *look, enum ailment_cause cause,
                           struct str object, double strength, struct str *statement);

/* Which statement, and how long it takes; `*query` bears that out. */
struct str look_words(struct ailments *it, const struct look *look, struct str *query);

/* Whose session it is, if it runs. */
void look_session(struct ailments *it, const struct look *look, struct ailment *ailment);

/* A query that bears out what either does. */
struct str look_and(struct ailments *it, struct str one, struct str other);

/* True: an index is to blame, and told. */
bool rules_indexes(struct ailments *it, const struct look *look);
