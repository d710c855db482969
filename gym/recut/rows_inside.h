/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of rows share: rows.c has files, rows_json.c objects and OTLP. */
#pragma once

#include "gym/recut/rows.h"

#include <jansson.h>

#define ROW_BYTES_MAX ((size_t)16 << 20)

struct walk {
    FILE *in;
    FILE *out; /* NULL: nothing is written */
    const struct rows_visitor *visitor;
    struct rows_count *count;
    enum matter matter;    /* of the file */
    struct arena *scratch; /* of a row */
};

/* Asks the visitor, and counts. */
bool walk_asks(struct walk *walk, const struct row_facts *facts, int64_t *move_s);

/* The text as the visitor tells it. */
struct str walk_tells(struct walk *walk, struct str text, int64_t move_s);

/* Of a row that is an object; false: it is not kept. */
bool walk_object(struct walk *walk, json_t *row);

/* Of an OTLP request, record by record; false: none is left. */
bool walk_otlp(struct walk *walk, json_t *request);
