/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people are to be told of incidents. It is written down in the transaction that makes it
 * true, and taken off when it has been told: so no crash loses it. What was being told at that
 * moment is told twice, rather than never.
 */
#pragma once

#include "store/ledger.h"

struct due {
    int64_t number;      /* from 1; 0: nothing is due */
    struct str incident; /* the id */
    struct str what;     /* "opened", "verdict", "failed", "resolved" */
};

/* The oldest whose number is above `after`; its texts are in the arena. */
MUST_CHECK bool due_next(struct ledger *ledger, struct arena *arena, int64_t after, struct due *out,
                         struct err *err);

/* It is not due any more. */
MUST_CHECK bool due_told(struct ledger *ledger, int64_t number, struct err *err);

/* Where later news of an incident go to, of one of those who are told; empty: none were told. */
MUST_CHECK bool due_thread(struct ledger *ledger, struct arena *arena, struct str incident,
                           struct str who, struct str *thread, struct err *err);
MUST_CHECK bool due_keep_thread(struct ledger *ledger, struct str incident, struct str who,
                                struct str thread, struct err *err);
