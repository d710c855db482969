/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silences: alerts that are not to be looked at for a while, for somebody works on them.
 *
 * A matcher is "name=value" or "name!=value"; `*` in a value stands for any text. The names are
 * those of labels, and alertname, service, severity of the alert itself. All matchers of a silence
 * must hold. What is silenced is counted and opens no incident; one that is open goes on.
 */
#pragma once

#include "store/ledger.h"
#include "webhook/webhook.h"

#define SILENCES_MAX 500
#define SILENCE_MATCHERS_MAX 16
#define SILENCE_MATCHER_LEN_MAX 256

struct silence {
    int64_t number; /* given by silence_add() */
    struct str *matchers;
    uint32_t matchers_count;
    int64_t since_ns, until_ns;
    struct str who, why;
    int64_t hits;
};

/* Pure: whether the silence holds at that time for that alert. */
bool silence_matches(const struct silence *silence, const struct alert *alert, int64_t now_ns);

/* ERR_USAGE says which matcher is wrong; ERR_OVER_BUDGET: there are SILENCES_MAX already. */
MUST_CHECK bool silence_add(struct ledger *ledger, struct silence *silence, int64_t now_ns,
                            struct err *err);

/* Those that hold at that time, the newest first. */
MUST_CHECK bool silence_list(struct ledger *ledger, struct arena *arena, int64_t now_ns,
                             struct silence **out, uint32_t *count, struct err *err);

/* Ends it now. ERR_NOT_FOUND: none of that number holds. */
MUST_CHECK bool silence_end(struct ledger *ledger, int64_t number, int64_t now_ns, struct err *err);
