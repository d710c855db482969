/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that people have labelled, and how often several guessers are right about them: with
 * intervals, and each beside the first.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define LABELLED_MAX 100000
#define GUESSERS_MAX 4

/* A line of a file: LABEL, a tab, a text; what stands behind a further tab is put to it. */
struct labelled_line {
    uint32_t label;
    struct str name; /* up to the second tab */
    struct str rest; /* behind it; may be empty */
    uint32_t guesses[GUESSERS_MAX];
};

struct labelled_set {
    struct labelled_line *items;
    uint32_t count;
};

/* The name of a label, by number; NULL behind the last. */
typedef const char *label_name_fn(uint32_t label);

/* Blank lines and those that begin with # are passed over. A label that is not known is an error.
 */
MUST_CHECK bool labelled_read(struct arena *arena, const char *path, label_name_fn *name_of,
                              struct labelled_set *out, struct err *err);

/* A table: right, macro F1, the interval of each, and how often it is right where the first is not.
 */
void labelled_print(const struct labelled_set *set, const char *const *guessers, uint32_t count,
                    uint32_t labels);

/* Those that the first guesser has wrong, a line each. */
void labelled_print_misses(const struct labelled_set *set, label_name_fn *name_of);
