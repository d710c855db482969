/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repositories whose culprits are known: a folder with changes.jsonl, and queries.jsonl with
 *
 *   {"id", "time", "symptom", "lo", "hi", "hard", "truth": [ids]}
 *
 * The candidates of a query are the changes with lo <= position < hi.
 */
#pragma once

#include "culprit/history.h"

#define QUERY_TRUTHS_MAX 16
#define REPOSITORIES_MAX 64

struct culprit_query {
    struct str id;
    struct str symptom;
    int64_t time_ns;
    uint32_t from; /* in the history */
    uint32_t to;
    bool hard; /* none of the truth is among the newest 20 */
    uint32_t truths[QUERY_TRUTHS_MAX];
    uint32_t truths_count;
};

struct repository {
    struct str name; /* of its folder */
    struct history *history;
    struct culprit_query *queries;
    uint32_t queries_count;
};

/* Whether one more than `count` may be read; none is left out without a word. */
MUST_CHECK bool repository_fits(uint32_t count, struct err *err);

/* A line of either file that cannot be read fails: a score over a part would look like a score. */
MUST_CHECK bool repository_read(struct arena *arena, const char *folder, struct repository *out,
                                struct err *err);
