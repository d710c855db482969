/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labelled texts to learn from, made of templates: a row is a name and sentences that go with it,
 * with slots that are filled at random from a seed. Rows belong to groups, each of which can be
 * left out as a whole: a system of alerting, a runtime.
 */
#pragma once

#include "base/str.h"

struct arena;

#define TEXT_GROUPS_MAX 16
#define TEXT_PLAIN 0 /* the label of what says nothing; it goes with names and sentences of all */

struct text_row {
    uint8_t group;
    uint8_t label;
    const char *names;     /* alternatives with `|` between them; slots are {svc}, {n}, ... */
    const char *sentences; /* likewise; NULL ends the list */
};

struct labelled {
    struct str text;
    uint32_t label;
    uint32_t group;
    uint32_t row;  /* that it was made of, from 0 */
    double weight; /* so that each label counts as much as any */
};

struct labelled_texts {
    struct labelled *items;
    uint32_t count;
    uint32_t rows;
    uint32_t templates; /* they were made of: different names and sentences */
};

extern const struct text_row alert_rows[], thrown_rows[]; /* end where `sentences` is NULL */
extern const char *const alert_systems[], *const thrown_runtimes[]; /* names of groups, then NULL */

/*
 * Of each name and each sentence, alone, together, and beside one that says nothing, `copies` with
 * their slots filled. `join` puts a name and a sentence together. The same seed gives the same
 * texts.
 */
typedef struct str join_fn(struct arena *arena, struct str name, struct str sentence,
                           uint64_t *seed);

struct labelled_texts texts_make(struct arena *arena, const struct text_row *rows, uint32_t copies,
                                 join_fn *join, uint64_t seed);

/* The next number of a sequence (G. Steele et al., "Fast Splittable Pseudorandom Number
 * Generators", 2014). */
uint64_t seed_next(uint64_t *seed);
