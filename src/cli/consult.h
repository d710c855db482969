/* SPDX-License-Identifier: Apache-2.0 */
/* A model's opinion on a ranking of changes, where the user has configured one: --expert. */
#pragma once

#include "cli/changes.h"
#include "elect/election.h"

struct consulted {
    struct str model;
    struct bill bill;
    struct election election;
    const uint32_t *numbers; /* of the changes in the history, in the order of the model */
    struct str failure;      /* why our order stands; empty: it does not */
};

/* What goes with --expert, and what a number it takes is. */
MUST_CHECK bool consult_check(const struct changes_options *options, struct err *err);

/*
 * Asks, and reorders the ranking by what was elected. False: the configuration is wrong. A model
 * that does not answer is no failure: our order stands, and `out` says why.
 */
MUST_CHECK bool consult(struct arena *arena, const struct changes_options *options,
                        const struct question *question, struct str symptom,
                        struct ranking *ranking, struct consulted *out, struct err *err);

/* --show-egress: prints what would be sent, and sends nothing. */
MUST_CHECK bool consult_show(struct arena *arena, const struct changes_options *options,
                             const struct question *question, struct str symptom,
                             const struct ranking *ranking, struct err *err);

/* --shuffle: prints whether the order of a ballot sways the model. */
MUST_CHECK bool consult_shuffled(struct arena *arena, const struct changes_options *options,
                                 const struct question *question, struct str symptom,
                                 const struct ranking *ranking, struct err *err);
