/* SPDX-License-Identifier: Apache-2.0 */
/* What the backends share: the instructions of a brief, and members of a reply that may be none. */
#pragma once

#include "base/buf.h"
#include "expert/expert.h"

/* With the schema in them where the backend does not take it by itself. */
struct str brief_instructions(struct arena *arena, const struct expert_config *config,
                              const struct brief *brief);

/* {"role", "content"}, which both spell alike; a comma before it where one is needed. */
void brief_put_message(struct buf *out, const char *role, struct str content);

void request_add_header(struct request *request, const char *name, struct str value, bool secret);

/* Whether this question is put so that the answer comes while it is written. */
bool brief_streams(const struct expert_config *config, const struct brief *brief);

/* One event: what stands behind its `data:`. */
bool reply_take_event(const struct expert_type *type, struct streamed *streamed, struct str data,
                      struct err *err);

/*
 * A whole stream of events, read by `take` of a type. False: it is no such thing, broke off, or
 * told of a failure.
 */
bool reply_read_stream(const struct expert_type *type, struct arena *arena, struct str reply,
                       struct opinion *out, struct err *err);

/* Tells `err` what a reply or an event complains of; true: it does not. */
bool reply_is_calm(struct arena *arena, const json_t *root, struct err *err);

/* An object, to be given back with json_decref(); NULL: none, and err shows how it begins. */
json_t *reply_read(struct arena *arena, struct str reply, struct err *err);

/* The text of a member; empty where it is not there or no text. Lives as long as the object. */
struct str reply_text(const json_t *object, const char *name);

/* A number of tokens; 0 where it is not there, below 0 or beyond belief. */
uint64_t reply_count(const json_t *object, const char *name);

/* The beginning of what the other side says, harmless, in quotes: for the text of an error. */
struct str reply_quote(struct arena *arena, struct str text);

/* What a reply complains of: `error.message`, `error` or `message`; empty where it does not. */
struct str reply_complaint(struct arena *arena, struct str reply);
