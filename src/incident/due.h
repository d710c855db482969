/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people are to be told of incidents. It is written down in the transaction that makes it
 * true, for nobody in particular; then it is spread over those who want it, a row each; a row is
 * taken off when they have been told. So no crash loses it. What was being told at that moment is
 * told twice, rather than never.
 *
 * Whoever could not be told is left alone for a while, longer each time, and all that is for them
 * waits: so they get it in its order, and one that does not answer takes a few seconds now and
 * then from the others, however much there is to tell. Times are since 1970.
 */
#pragma once

#include "base/clock.h"
#include "store/ledger.h"

#define DUE_PAUSE_NS (10 * NS_PER_S)      /* after the first failure; twice as long each time */
#define DUE_PAUSE_NS_MAX (300 * NS_PER_S) /* but not longer */
#define DUE_ATTEMPTS_MAX 8                /* a quarter of an hour; it may be this one that fails */
#define DUE_AGE_NS_MAX (4 * 3600 * NS_PER_S) /* what is older is tried once: the page has it */

struct due {
    int64_t number;      /* from 1; 0: nothing is due */
    struct str incident; /* the id */
    struct str what;     /* "opened", "verdict", "failed", "resolved" */
    struct str who;      /* empty: it is to be spread */
    uint32_t attempts;   /* that were begun */
    int64_t since_ns;    /* when it became true */
};

/* The oldest that may be told at `now_ns`; its texts are in the arena. */
MUST_CHECK bool due_next(struct ledger *ledger, struct arena *arena, int64_t now_ns,
                         struct due *out, struct err *err);

/* In place of one that is for nobody in particular: one for each of these, who may be none. */
MUST_CHECK bool due_spread(struct ledger *ledger, const struct due *due, const struct str *who,
                           uint32_t count, struct err *err);

/*
 * Before it is told: counts the attempt, and writes down how long all that is for them waits if it
 * fails, or if the process ends meanwhile. due->attempts is the new count.
 */
MUST_CHECK bool due_try(struct ledger *ledger, struct due *due, int64_t now_ns, struct err *err);

/* It was told, or is given up: what else is for them need not wait. */
MUST_CHECK bool due_done(struct ledger *ledger, const struct due *due, struct err *err);

/* Whether one that has just failed is worth another attempt. */
bool due_is_worth_it(const struct due *due, int64_t now_ns);

/* Where later news of an incident go to, of one of those who are told; empty: none were told. */
MUST_CHECK bool due_thread(struct ledger *ledger, struct arena *arena, struct str incident,
                           struct str who, struct str *thread, struct err *err);
MUST_CHECK bool due_keep_thread(struct ledger *ledger, struct str incident, struct str who,
                                struct str thread, struct err *err);
