/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One permutation instead of 256 (P. Li, A. Owen, C.-H. Zhang, "One Permutation Hashing", 2012): a
 * shingle's hash says by its first bits which bin it falls into, and by the others whether it is
 * the least of that. So a shingle costs one hash, whatever the size of the sketch. Bins that stay
 * empty in short texts borrow from bins that are drawn for them alone (A. Shrivastava, "Optimal
 * Densification for Fast and Accurate Minwise Hashing", 2017), which keeps the estimate unbiased.
 *
 * The permutation is a bijection on 64 bits: the finaliser of SplitMix64 (G. Steele et al., 2014).
 * Runs of words are hashed by a rolling polynomial (R. Karp, M. Rabin, 1987), so a word is read
 * once.
 */
#include "text/minhash.h"

#define WORD_FACTOR UINT64_C(0x9e3779b97f4a7c15) /* odd: 2^64 over the golden ratio */
#define BYTE_FACTOR UINT64_C(0x100000001b3)      /* of FNV-1a */
#define WORD_START UINT64_C(0xcbf29ce484222325)
#define EMPTY UINT64_MAX
#define BIN_SHIFT 56 /* 2^8 bins */

static uint64_t permuted(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* ---- shingles ---- */

/* What a byte counts as within a word: itself, in lower case; 0: it stands between words. */
static const unsigned char word_bytes[256] = {
#define SAME(x) [x] = x
#define LOWER(x) [x] = (x) + 32, [(x) + 32] = (x) + 32
#define TEN(x)                                                                                     \
    SAME(x), SAME(x + 1), SAME(x + 2), SAME(x + 3), SAME(x + 4), SAME(x + 5), SAME(x + 6),         \
        SAME(x + 7), SAME(x + 8), SAME(x + 9)
#define SIXTEEN(x)                                                                                 \
    TEN(x), SAME(x + 10), SAME(x + 11), SAME(x + 12), SAME(x + 13), SAME(x + 14), SAME(x + 15)
    TEN('0'),      SAME('_'),     LOWER('A'),    LOWER('B'),    LOWER('C'),    LOWER('D'),
    LOWER('E'),    LOWER('F'),    LOWER('G'),    LOWER('H'),    LOWER('I'),    LOWER('J'),
    LOWER('K'),    LOWER('L'),    LOWER('M'),    LOWER('N'),    LOWER('O'),    LOWER('P'),
    LOWER('Q'),    LOWER('R'),    LOWER('S'),    LOWER('T'),    LOWER('U'),    LOWER('V'),
    LOWER('W'),    LOWER('X'),    LOWER('Y'),    LOWER('Z'),    SIXTEEN(0x80), SIXTEEN(0x90),
    SIXTEEN(0xa0), SIXTEEN(0xb0), SIXTEEN(0xc0), SIXTEEN(0xd0), SIXTEEN(0xe0), SIXTEEN(0xf0),
};

struct shingles shingles_of(struct str text, uint32_t words)
{
    const unsigned char *start = (const unsigned char *)text.ptr;
    struct shingles shingles = {.at = start,
                                .end = text.len > 0 ? start + text.len : start,
                                .size = words < 1                   ? 1
                                        : words > SHINGLE_WORDS_MAX ? SHINGLE_WORDS_MAX
                                                                    : words,
                                .out_factor = 1};
    for (uint32_t i = 0; i < shingles.size; i++)
        shingles.out_factor *= WORD_FACTOR;
    return shingles;
}

static bool next_word(struct shingles *shingles, uint64_t *out)
{
    const unsigned char *at = shingles->at, *const end = shingles->end;
    while (at < end && word_bytes[*at] == 0)
        at++;
    uint64_t hash = WORD_START;
    const unsigned char *const start = at;
    for (unsigned char byte; at < end && (byte = word_bytes[*at]) != 0; at++)
        hash = (hash ^ byte) * BYTE_FACTOR;
    shingles->at = at;
    *out = permuted(hash);
    return at > start;
}

bool shingles_next(struct shingles *shingles, uint64_t *out)
{
    const uint32_t size = shingles->size;
    uint64_t word;
    while (next_word(shingles, &word)) {
        uint64_t *const slot = &shingles->last[shingles->words % size];
        shingles->hash = shingles->hash * WORD_FACTOR + word - *slot * shingles->out_factor;
        *slot = word;
        if (++shingles->words >= size) {
            *out = permuted(shingles->hash);
            return true;
        }
    }
    if (shingles->words == 0 || shingles->words >= size)
        return false;
    shingles->words = size; /* so that it is told once */
    *out = permuted(shingles->hash);
    return true;
}

/* ---- a sketch ---- */

/* Each bin that is empty tries others in an order of its own until one is not. */
static void fill_empty(struct minhash *minhash, const uint64_t *bins)
{
    for (uint32_t bin = 0; bin < MINHASH_BINS; bin++) {
        uint64_t from = bins[bin];
        for (uint64_t attempt = 1; from == EMPTY; attempt++)
            from = bins[permuted((uint64_t)bin << 32 | attempt) >> BIN_SHIFT];
        minhash->bins[bin] = from;
    }
}

void minhash_of(struct str text, struct minhash *out)
{
    uint64_t bins[MINHASH_BINS], shingle;
    for (uint32_t bin = 0; bin < MINHASH_BINS; bin++)
        bins[bin] = EMPTY;
    struct shingles shingles = shingles_of(text, SHINGLE_WORDS);
    out->shingles = 0;
    while (shingles_next(&shingles, &shingle)) {
        uint64_t *const bin = &bins[shingle >> BIN_SHIFT];
        *bin = shingle < *bin ? shingle : *bin;
        out->shingles++;
    }
    if (out->shingles > 0)
        fill_empty(out, bins);
}

double minhash_alike(const struct minhash *a, const struct minhash *b)
{
    uint32_t same = 0;
    if (a->shingles == 0 || b->shingles == 0)
        return 0.0;
    for (uint32_t bin = 0; bin < MINHASH_BINS; bin++)
        same += a->bins[bin] == b->bins[bin];
    return (double)same / MINHASH_BINS;
}
