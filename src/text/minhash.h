/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much two texts have in common, without keeping either: shingles, MinHash and bands.
 *
 * A shingle is a run of words (letters, digits, `_` and what is above ASCII; capitals do not
 * count), as a hash of 64 bits. The resemblance of two texts is the Jaccard index of their sets of
 * shingles (A. Broder, "On the resemblance and containment of documents", 1997). A sketch of
 * MINHASH_BINS numbers estimates it with a standard error of sqrt(J (1 - J) / MINHASH_BINS), 0.025
 * at .8.
 *
 * All of it is arithmetic on bytes: the same on every machine.
 */
#pragma once

#include "base/str.h"

struct arena;

#define SHINGLE_WORDS 5 /* of resemblance; Broder's tenth of a page is for the whole web */
#define SHINGLE_WORDS_MAX 16

/* A reader of shingles; start it with shingles_of(). A shorter text is one shingle, if it has
 * words. */
struct shingles {
    const unsigned char *at, *end;
    uint32_t size;  /* words a shingle */
    uint32_t words; /* that have been read */
    uint64_t out_factor;
    uint64_t hash;
    uint64_t last[SHINGLE_WORDS_MAX];
};

struct shingles shingles_of(struct str text, uint32_t words);

/* False when there are no more. */
bool shingles_next(struct shingles *shingles, uint64_t *out);

#define MINHASH_BINS 256
#define MINHASH_BANDS 32
#define MINHASH_ROWS (MINHASH_BINS / MINHASH_BANDS)

struct minhash {
    uint64_t bins[MINHASH_BINS];
    uint32_t shingles; /* how many there were, repeated ones too; 0: the text has no words */
};

void minhash_of(struct str text, struct minhash *out);

/* The estimate of the Jaccard index; of a text without words, 0. */
double minhash_alike(const struct minhash *a, const struct minhash *b);

/*
 * Texts that were seen, of which one that resembles a new one is found: by locality-sensitive
 * hashing, in MINHASH_BANDS bands of MINHASH_ROWS rows (P. Indyk, R. Motwani, 1998; J. Leskovec et
 * al., "Mining of Massive Datasets", 3.4). A pair at J shares a band with probability 1 - (1 -
 * J^8)^32: .997 at .8, .42 at .6, .12 at .5. What shares one is then compared by its sketch, of
 * which eight bits a bin are kept (P. Li, A. C. König, "b-Bit Minwise Hashing", 2010). About a
 * kilobyte a text.
 */
struct minhash_index;

#define MINHASH_NONE UINT32_MAX
#define MINHASH_TEXTS_MAX ((uint32_t)1 << 20)
#define MINHASH_ALIKE 0.74 /* two standard errors and more below .8: few at .8 are missed */

struct minhash_index *minhash_index_new(struct arena *arena);

/* The first text that was added and resembles it by MINHASH_ALIKE or more; MINHASH_NONE: none. */
uint32_t minhash_index_find(const struct minhash_index *index, const struct minhash *minhash);

/* Its number, from 0; MINHASH_NONE: there are MINHASH_TEXTS_MAX, or it has no words. */
uint32_t minhash_index_add(struct minhash_index *index, const struct minhash *minhash);
