/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clerks answer requests: threads with a ledger each, so that the thread of all connections never
 * waits for the disk. What waits for a clerk is bounded; one request more is told to come again.
 */
#pragma once

#include "serve/site.h"

struct clerk {
    struct site *site;
    struct ledger *ledger; /* NULL: of a route that is quick */
};

struct clerks;

#define CLERKS_QUEUE_MAX 1024

/* Each opens the ledger of the site. */
MUST_CHECK bool clerks_start(struct arena *arena, struct site *site, uint32_t count,
                             void (*work)(struct clerk *clerk, struct http_exchange *exchange),
                             struct clerks **out, struct err *err);

/* False: too many wait. Any thread. */
bool clerks_give(struct clerks *clerks, struct http_exchange *exchange);

/* All that was given is answered first. */
void clerks_stop(struct clerks *clerks);
