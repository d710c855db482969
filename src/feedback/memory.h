/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is remembered of incidents that people have spoken of: how each began, what it was, and what
 * ended it. The last word on a case counts; where nothing was broken, or nobody said where it was,
 * there is nothing to remember.
 */
#pragma once

#include "store/ledger.h"

#define MEMORIES_MAX                                                                               \
    1000 /* the newest; what is older than a thousand incidents was another system */

struct memory {
    struct str key; /* of the case, as feedback knows it */
    struct str id;  /* of the incident in the ledger, where it is one, else the key of the case */
    struct str alert, alert_service;
    int64_t alert_ns;
    struct str service, kind, cause, fix, change; /* where it was, and so on; all but the first may
                                                     be empty */
    struct str signature;                         /* case/signature.h */
};

/* Of alerts before that time, the newest first. */
MUST_CHECK bool memories_read(struct ledger *ledger, struct arena *arena, int64_t before_ns,
                              struct memory **out, uint32_t *count, struct err *err);

/* As a document for the knowledge base: its title, and what is known, as plain text. */
struct str memory_title(struct arena *arena, const struct memory *memory);
struct str memory_document(struct arena *arena, const struct memory *memory);
