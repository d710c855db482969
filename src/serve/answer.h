/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers say, in JSON. */
#pragma once

#include "data/json.h"
#include "serve/http.h"

void answer_json(struct http_exchange *exchange, int status, struct buf *body);

/* The status that fits the kind of the error: 404, 409, 503, ... */
void answer_err(struct http_exchange *exchange, const struct err *err);

/* An empty answer: done, and nothing to say. */
void answer_done(struct http_exchange *exchange);

/* A file as it lies there. What is no plain file is ERR_NOT_FOUND. */
void answer_file(struct http_exchange *exchange, struct str path, const char *media_type,
                 const char *none);

/*
 * What is posted, as JSON of these fields. False: the exchange is refused, and the answer says what
 * is wrong.
 */
bool take_json(struct http_exchange *exchange, const struct field *fields, struct record *out);

struct str taken_text(const struct record *record, const char *name); /* empty: not there */

/* ---- members of an object: each puts a comma first where one is needed ---- */

void put_text(struct buf *out, const char *name, struct str text);
void put_text_or_null(struct buf *out, const char *name, struct str text);
void put_time(struct buf *out, const char *name, int64_t time_ns); /* 0: null */
void put_integer(struct buf *out, const char *name, int64_t integer);
void put_real(struct buf *out, const char *name, double real);
void put_truth(struct buf *out, const char *name, bool truth);
