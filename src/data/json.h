/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records and rows as JSON, by their fields.
 *
 * Times are RFC 3339, spans a number with a unit ("90s"), windows {"start", "end"}, rows arrays of
 * objects, and what is not known is null. The same record gives the same bytes: members stand in
 * the order of the fields, numbers are as short as they can be without becoming others.
 *
 * There are two forms. The plain one is for whoever calls the program: always valid, and described
 * by data/schema.h. The exact one reads back to the same record, bit by bit: a text that is no
 * UTF-8 is {"hex": "ff00"}, a number that is none {"real": "nan"}, a time that RFC 3339 has no room
 * for {"ns": -5}.
 */
#pragma once

#include "base/buf.h"
#include "data/batch.h"

#include <jansson.h>

/* ---- plain ---- */

#define RECORD_JSON_BYTES_MAX ((size_t)1 << 20)

/*
 * What somebody else wrote, against the fields that are wanted. Times may also be numbers since
 * 1970 and spans numbers of seconds. A field that is wanted and not there is left unknown, for
 * record_is_complete() to complain of; one that is not wanted is refused, as are rows.
 */
MUST_CHECK bool record_from_json(struct arena *arena, const struct field *fields, struct str text,
                                 struct record *out, struct err *err);

/*
 * Of more than `rows_max` rows the first, and a last member "left_out": {"shifts": 117} that says
 * how many were left out of which field.
 */
struct str record_to_json(struct arena *arena, const struct record *record, size_t rows_max);

/* One object of an array of rows. */
void json_put_row(struct buf *out, const struct batch *rows, size_t row);

/* ---- exact ---- */

void json_put_record_exact(struct buf *out, const struct record *record);

MUST_CHECK bool record_from_json_exact(struct arena *arena, const struct field *fields,
                                       const json_t *object, struct record *out, struct err *err);

void json_put_text_exact(struct buf *out, struct str text);
void json_put_real_exact(struct buf *out, double real);

/* The text is copied into the arena. False: it is no text, plain or exact. */
bool json_get_text_exact(struct arena *arena, const json_t *json, struct str *out);

/* ---- pieces, for JSON of any other shape ---- */

/* A comma where one is needed after what was written last; put before each item of an array. */
void json_put_comma(struct buf *out);

/* The same, and `"name":` */
void json_put_key(struct buf *out, const char *name);

/* In quotes; what is no UTF-8 becomes U+FFFD. */
void json_put_text(struct buf *out, struct str text);

/* As short as it can be; it must be finite. */
void json_put_real(struct buf *out, double real);

/* ---- memory ---- */

/*
 * From here on the program ends (base/ending.h) where jansson has no memory: what lacks a member
 * for want of it would be told as if there were none. Called before any JSON is made.
 */
void json_end_without_memory(void);
