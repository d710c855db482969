/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers say, in JSON. */
#pragma once

#include "data/json.h"
#include "serve/http.h"

void reply_json(struct http_exchange *exchange, int status, struct buf *body);

/* The status that fits the kind of the error: 404, 409, 503, ... */
void reply_err(struct http_exchange *exchange, const struct err *err);

/* An empty answer: done, and nothing to say. */
void reply_done(struct http_exchange *exchange);

/* A file as it lies there. What is no plain file is ERR_NOT_FOUND. */
void reply_file(struct http_exchange *exchange, struct str path, const char *media_type,
                const char *none);

/*
 * What is posted, as JSON of these fields. False: the exchange is refused, and the answer says what
 * is wrong.
 */
bool reply_take_json(struct http_exchange *exchange, const struct field *fields,
                     struct record *out);

struct str reply_taken_text(const struct record *record, const char *name); /* empty: not there */
