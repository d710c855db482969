/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trouble of a database: a script, and how it is made for real in a database of its own of a
 * PostgreSQL of ours.
 *
 * A script begins with facts, `-- NAME: VALUE`, and has parts that begin with `-- @PART`:
 *
 *   -- cause: CLASS          one of database_classes[]
 *   -- object: NAME          which table, index, setting, or whose session; several: A | B
 *   -- ends: 0.2             what may be left of what @check measured, after the fix; 0.2
 *   -- history: no           the server keeps no statistics of statements in this database
 *   -- statistics: own       the script analyses by itself; else all is vacuumed and analysed
 *   -- asks: ROLE            whom `warroom collect` asks as; the superuser
 *   @setup                   before anything is counted
 *   @load NAME [as ROLE]     what an application does, to its end; may come again
 *   @session NAME [xN] [as ROLE]   the same, in sessions that stay open; may come again
 *   @then                    once they are
 *   @check [as ROLE]         its last line is how bad it is: a number
 *   @after                   in the database `postgres`, when all is over
 *
 * :n is a number below 1000 that follows from the name, so that sizes differ.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#define TROUBLE_PARTS_MAX 64

struct arena;
struct postgres;

struct trouble_part {
    struct str name;  /* "session" */
    struct str words; /* "billing x3 as app" */
    struct str sql;
};

struct trouble {
    struct arena *arena;
    struct postgres *server;
    const char *database; /* its own; made and dropped */
    int number;           /* :n */
    struct str facts;
    struct trouble_part parts[TROUBLE_PARTS_MAX];
    uint32_t parts_count;
};

/* Its facts and parts; the rest of it is there already. */
MUST_CHECK bool trouble_read(const char *path, struct trouble *out, struct err *err);

struct str trouble_fact(const struct trouble *trouble, const char *name, const char *otherwise);

/* From @setup to @then. What a failure leaves goes with trouble_undo(). */
MUST_CHECK bool trouble_make(const struct trouble *trouble, struct err *err);

/* Runs `sql` in its database as `words`, which are those of a part, say: "billing as app". */
MUST_CHECK bool trouble_run(const struct trouble *trouble, struct str words, struct str sql,
                            struct str *out, struct err *err);

/* How bad it is: the number in the last line that @check prints. */
MUST_CHECK bool trouble_measure(const struct trouble *trouble, double *out, struct err *err);

/* Ends its sessions and drops its database; then @after. */
void trouble_undo(const struct trouble *trouble);
