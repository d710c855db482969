/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comma-separated values as RFC 4180 has them: fields may be in quotes, a quote inside is doubled,
 * a quoted field may hold line breaks; lines end in LF or CRLF.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define CSV_COLUMNS_MAX 64

struct csv {
    struct str name; /* for errors */
    struct str rest;
    uint32_t line; /* of the row that was read last; the header is 1 */
    struct str header[CSV_COLUMNS_MAX];
    uint32_t columns;
};

/* Reads the header; `text` must live as long as the csv is read. */
MUST_CHECK bool csv_open(struct arena *arena, struct str name, struct str text, struct csv *out,
                         struct err *err);

/* The number of a column, or an error that names it. */
MUST_CHECK bool csv_column(const struct csv *csv, const char *name, uint32_t *out, struct err *err);

/*
 * The next row into `fields`, as many as the header has. *more is false where there is none. Fields
 * lie in `text`, or in the arena where quotes had to be taken out.
 */
MUST_CHECK bool csv_next(struct csv *csv, struct arena *arena, struct str *fields, bool *more,
                         struct err *err);
