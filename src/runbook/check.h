/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the check share: the names that can be seen, and how to resolve a path.
 *
 * check.c has statements, resolve.c names and expressions, library.c what follows what, cost.c what
 * it can come to. A name whose definition was wrong is there all the same, with no fields: whoever
 * uses it is not to blame.
 */
#pragma once

#include "runbook/problem.h"

enum name_kind { NAME_RESULT, NAME_ROW, NAME_LEAD };

struct visible_name {
    struct str name;
    uint32_t line;
    enum name_kind kind;
    const struct field *fields; /* NULL: a mistake made them unknown */
    uint32_t slot;
    bool is_pending; /* a result of the `parallel` that is being looked at */
    struct visible_name *outer;
};

/* All that is defined anywhere in the runbook, to say where it is. */
struct definition {
    struct str name;
    uint32_t line;
    struct definition *next;
};

/* A book that comes, over `next`, to the one that is checked. */
struct way {
    const struct runbook *book;
    const struct way *next; /* NULL: it follows the one that is checked */
    uint32_t length;        /* 0: it does not come there */
};

struct ways {
    struct way *items; /* by book of the library */
    uint32_t count;
};

struct checker {
    struct arena *arena;
    struct problems *problems;
    struct runbook *book;
    const struct library *library; /* NULL: none */
    struct ways ways;              /* on which a runbook would come back to itself */
    struct definition *definitions;
    struct visible_name *names;          /* innermost first */
    const struct visible_name *verified; /* by the innermost `verify`; NULL: there is none */
    struct str giving; /* the result of the call whose arguments are looked at; may be empty */
    bool in_guard;
};

/* ---- resolve.c ---- */

/* Gives it a slot and makes it visible until the block ends. */
struct visible_name *check_define(struct checker *checker, struct str name, struct span at,
                                  enum name_kind kind, const struct field *fields);

/* The lead of that name; NULL: there is none, which was told. */
const struct visible_name *check_lead(struct checker *checker, struct str name, struct span at);

/* False: its type is not known, for a reason that was told. */
bool check_expression(struct checker *checker, struct expression *expression);

/* The same, and it must be a text. `what`: "the reason". */
void check_text(struct checker *checker, struct expression *expression, const char *what);

void check_test(struct checker *checker, struct test *test);

/* "a time", "rows" */
const char *check_type_words(enum type type);

/* "it has `a`, `b` and `c`" */
struct str check_list_fields(struct arena *arena, const char *before, const struct field *fields);

const struct field *check_find_field(const struct field *fields, struct str name);

/* ---- library.c ---- */

struct ways library_ways_to(struct arena *arena, const struct library *library, struct str name);

/* "triage -> latency -> triage", or empty. */
struct str library_way_text(struct arena *arena, const struct ways *ways,
                            const struct runbook *from, struct str name);

/* ---- cost.c ---- */

struct cost cost_of(const struct statement *statements);

/* Tells where it comes to more than may be. */
void cost_check(struct problems *problems, const struct runbook *book);

/* ---- both ---- */

/* Each statement with all that stand within it, in the order of the text. */
void statements_each(struct statement *statements,
                     void (*visit)(struct statement *statement, void *state), void *state);
