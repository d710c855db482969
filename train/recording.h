/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From folders of cases to examples: each case is investigated once by the program, which keeps a
 * journal; the journal is replayed here, and leaves the case as the program had it at its end.
 */
#pragma once

#include "eval/cases.h"
#include "train/example.h"

struct recording {
    const char *program;  /* path of warroom; NULL: it is looked for */
    const char *journals; /* a folder; those that are there are not made again */
    uint32_t jobs;
};

/* What is done with a case; it lives as long as the arena. */
typedef void (*recording_heard)(void *state, const struct eval_case *item,
                                const struct casefile *casefile, const struct truth *truth);

/*
 * `left_out` counts the cases that were not investigated to their end; why is told on standard
 * error. False: nothing could be done at all.
 */
MUST_CHECK bool recording_each(struct arena *arena, const struct recording *how,
                               const struct eval_cases *cases, recording_heard heard, void *state,
                               uint32_t *left_out, struct err *err);

/* All of them as examples. */
MUST_CHECK bool recording_read(const struct recording *how, const struct eval_cases *cases,
                               struct examples *out, uint32_t *left_out, struct err *err);
