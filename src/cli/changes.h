/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verbs of `warroom changes` share: their options, and where changes come from. Each verb
 * is a file, changes_VERB.c; cmd_changes.c finds it.
 */
#pragma once

#include "culprit/feed.h"
#include "culprit/owners.h"
#include "git/index.h"

/* As given; NULL: not given. */
struct changes_options {
    const char *what; /* of a verb that takes one: REV or RANGE */
    const char *feed, *repo, *revision, *ledger, *symptom, *alert, *at, *limit, *owners, *services,
        *expert, *shuffle, *fail_over;
    bool json, show_egress;
};

struct changes_verb {
    const char *name;
    bool takes_what; /* an argument that is no option */
    /* Whether the options go together; errors are told beside how to use it. NULL: any do. */
    bool (*check)(const struct changes_options *options, struct err *err);
    /* `*positive` is false where the exit code is 1. */
    bool (*run)(struct arena *arena, const struct changes_options *options, bool *positive,
                struct err *err);
};

extern const struct changes_verb changes_rank;
extern const struct changes_verb changes_index;
extern const struct changes_verb changes_list;
extern const struct changes_verb changes_risk;

/* A number from 1 to `max`; `usual` where there is none. */
MUST_CHECK bool changes_limit(const char *text, uint32_t usual, uint32_t max, uint32_t *limit,
                              struct err *err);

/* RFC 3339, or seconds since 1970; unchanged where there is none. */
MUST_CHECK bool changes_time(const char *text, int64_t *at_ns, struct err *err);

/* Brings the index of --repo up to date, and tells what a person should know of it. */
MUST_CHECK bool changes_update(struct arena *arena, const struct changes_options *options,
                               struct git_index *index, struct err *err);

/*
 * The changes of --feed, or of --repo by way of its index, up to that time, into an empty history.
 * What was left out is told. `*owners` is of --owners, or of what the repository has; NULL without
 * either, then habits tell.
 */
MUST_CHECK bool changes_read(struct arena *arena, const struct changes_options *options,
                             int64_t until_ns, struct history *history, struct feed *feed,
                             const struct owners **owners, struct err *err);
