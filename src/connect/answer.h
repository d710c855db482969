/* SPDX-License-Identifier: Apache-2.0 */
/* Answers in JSON: read with bounds, and complained of in words when they are something else. */
#pragma once

#include "base/err.h"
#include "case/alert.h"
#include "connect/mapping.h"

#include <jansson.h>

/* The tree goes with the arena. False: it is HTML, cut off, or no JSON, and err says which. */
MUST_CHECK bool answer_json(struct arena *arena, struct str body, json_t **out, struct err *err);

/* A text that stays as long as the tree; empty where there is none. */
struct str answer_text(const json_t *object, const char *name);
struct str answer_string(const json_t *value);

/* Also where the number stands in quotes; `otherwise` where it is none. */
int64_t answer_number(struct str text, int64_t otherwise);
int64_t answer_integer(const json_t *value, int64_t otherwise);

#define ANSWER_LABELS_MAX 64 /* of one series or record; more are passed over */

/* An object's members as labels, texts and numbers alike; nested objects as "a.b". */
struct labelled answer_labels(struct arena *arena, const json_t *object);

/* {"a":"b"} of those labels that are not among `told`; empty where none is left. */
struct str labels_as_json(struct arena *arena, const struct labelled *labels,
                          const struct str *told, uint32_t told_count);

/*
 * What an answer with a bad status says is wrong: the texts that servers of HTTP APIs put under
 * `error`, `message` or `reason`, or a short plain text. Empty: it does not say.
 */
struct str answer_complaint(struct arena *arena, struct str body);
