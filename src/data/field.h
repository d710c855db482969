/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types, fields and signatures: how anything that can be called says what it takes and gives.
 *
 * One signature serves the checks of a call, `warroom tool list`, and whoever else wants to know.
 * Nothing describes itself twice.
 */
#pragma once

#include "base/str.h"

enum type {
    TYPE_BOOL,
    TYPE_INT,
    TYPE_REAL,
    TYPE_TEXT,
    TYPE_TIME,   /* a point, in ns since 1970 UTC */
    TYPE_SPAN,   /* a length of time, in ns */
    TYPE_WINDOW, /* from a time to a time */
    TYPE_ROWS,   /* a batch */
};

enum field_flag {
    FIELD_OPTIONAL = 1 << 0,
};

struct field {
    const char *name; /* an array of fields ends where name is NULL */
    enum type type;
    unsigned flags;
    const char *summary;
    const struct field *columns; /* of TYPE_ROWS */
};

struct signature {
    const char *name;    /* as a runbook spells it */
    const char *summary; /* one line, no full stop */
    const struct field *input;
    const struct field *output;
};

const char *type_name(enum type type);

/* What to say to who gave something else: "a whole number is wanted". */
const char *type_wanted(enum type type);

/* NULL: there is none of that name. */
const struct field *field_find(const struct field *fields, struct str name);

/* The one that was probably meant, for who mistyped it; NULL: none comes near. */
const struct field *field_nearest(const struct field *fields, struct str name);
