/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is offered: a few tools of our own (own.c), and each tool of the agents, under the name that
 * a runbook knows it by. All of them have fields, from which their schemas are made.
 */
#pragma once

#include "base/buf.h"
#include "data/record.h"
#include "mcp/mcp.h"

#define OFFER_ROWS_MAX 200 /* of each list in an answer: whoever reads it pays for each of them */

/* A call on its way. */
struct asking {
    const struct mcp *mcp;
    struct arena *arena;
    const struct record *in;
    struct str bundle; /* the incident's; empty: the tool wants none */
    struct buf *text;  /* what is answered, for who reads it; the same JSON where it stays empty */
    struct buf *json;  /* one object */
};

struct offer {
    const char *name;
    const char *summary;
    const struct field *input; /* has a field `incident` where one is wanted */
    bool (*run)(struct asking *asking, struct err *err); /* NULL: it is an agent's */
};

extern const struct offer own_offers[]; /* ends with a NULL name */

/* All of them, ours first; ends with a NULL name. */
const struct offer *offer_all(struct arena *arena);

/* Into `text` and `json`. */
MUST_CHECK bool offer_run(const struct offer *offer, struct asking *asking, struct err *err);
