/* SPDX-License-Identifier: Apache-2.0 */
/* A model's opinion on each query of `warroom eval changes`, as `changes rank --expert` has it. */
#pragma once

#include "elect/election.h"

struct eval_opinion {
    struct experts experts;
    uint32_t queries;
    uint32_t failed;    /* of them; there our order stands */
    struct err failure; /* the last */
    struct bill bill;
};

MUST_CHECK bool eval_opinion_open(struct arena *arena, const char *path, struct eval_opinion *out,
                                  struct err *err);

/* Asks and joins, whether or not we would name any. The limits are those of one query. */
void eval_opinion_join(struct eval_opinion *opinion, struct arena *arena,
                       const struct question *question, struct str symptom,
                       struct ranking *ranking);
