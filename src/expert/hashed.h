/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text as the set of its subwords, and a head that tells its class by them: a linear softmax over
 * hashed features (K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning",
 * 2009; A. Joulin et al., "Bag of Tricks for Efficient Text Classification", 2016).
 *
 * What is shipped are numbers in buckets: no word of any text that they were learned from stands
 * among them. Sums are of integers, so the class of a text is the same on every machine.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <jansson.h>

struct arena;

#define HASHED_BUCKETS_MAX 8192
#define HASHED_ITEMS_MAX 2048 /* of a text; what comes later says little */
#define HASHED_CLASSES_MAX 32
#define HASHED_TEXT_BYTES_MAX ((size_t)4096)

struct hashed {
    uint32_t buckets; /* how many there are: a power of two */
    uint64_t seen[HASHED_BUCKETS_MAX / 64];
    uint16_t items[HASHED_ITEMS_MAX]; /* each once, in the order of the text */
    uint32_t count;
};

void hashed_begin(struct hashed *hashed, uint32_t buckets);

/* A feature of that kind: the same text under another kind is another feature. */
void hashed_add(struct hashed *hashed, char kind, struct str text);

/*
 * The words of a text as text/terms.h reads them, with each their subwords of three to five letters
 * and each pair in a row.
 */
void hashed_add_words(struct hashed *hashed, struct str text);

struct hashed_head {
    uint32_t classes, buckets;
    double scale;               /* what 1 of a weight is worth */
    const signed char *weights; /* of a bucket, a number a class; then of the next */
    int32_t bias[HASHED_CLASSES_MAX];
};

#define HASHED_WEIGHT_MAX 28 /* either side of 0, so that each is one plain character */

/*
 * {"buckets": 4096, "scale": 0.1, "bias": [...], "weights": ["a text a class"]}: a character a
 * bucket, '?' is 0, '@' is 1. `classes` of each are wanted.
 */
MUST_CHECK bool hashed_head_read(struct arena *arena, const json_t *json, uint32_t classes,
                                 struct hashed_head *out, struct err *err);

/* The member `card` of such a file, as JSON; {} where there is none. */
struct str hashed_card(struct arena *arena, const json_t *json);

/* The class with the greatest odds, the first of equals; `odds` has one for each, summing to 1. */
uint32_t hashed_judge(const struct hashed_head *head, const struct hashed *hashed,
                      double odds[HASHED_CLASSES_MAX]);
