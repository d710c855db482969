/* SPDX-License-Identifier: Apache-2.0 */
/* A corpus, from its sources to its manifest. */
#pragma once

#include "base/err.h"

#include <stdint.h>

#define CORPUS_WITHOUT_MAX 100

struct corpus_order {
    const char *out;                         /* a folder */
    const char *ledger;                      /* NULL: none */
    const char *without[CORPUS_WITHOUT_MAX]; /* evaluation sets besides those of eval/sets */
    int without_count;
    bool keeps_evaluated; /* what eval/sets lists goes in */
    double relevance_min, quality_min;
    int64_t seed;
};

/*
 * Reads `sources`, which end with NULL, and writes the four files; what came of it goes to stdout,
 * what could not be read to stderr. False: nothing whole was made.
 */
MUST_CHECK bool corpus_make(const struct corpus_order *order, char **sources, struct err *err);
