/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does it cost to encode a sentence, beside the products of matrices that it takes at least?
 *
 * Two passes in turns on one thread: the same sentences through the encoder, and the products that
 * the weights and as many rows make, with nothing around them. The ratio travels between machines;
 * the sentences a second do not.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "expert/language/sentence.h"
#include "expert/product.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 7
#define SENTENCES 256
#define ROWS 12 /* of a sentence: pieces, rounded up */
#define BATCH_ROWS 96

static const char *const sentences[] = {
    "connection pool exhausted in the orders service",
    "p99 latency of checkout is above two seconds",
    "no space left on device on the primary database",
    "use a shorter timeout for the cache of prices",
    "fix a leak of descriptors when a client goes away",
    "requests from the gateway time out after the deploy",
    "raise the number of workers that read the queue",
    "certificate of the ingress has expired in one zone",
};

/* Every product of the encoder, by its inner dimension and its columns. */
static const struct {
    uint32_t inner, columns;
} sizes[] = {{256, 768},  {256, 512}, {256, 512},  {512, 1536}, {1536, 512},
             {512, 1536}, {512, 512}, {512, 1536}, {1536, 512}};
#define SIZES (sizeof sizes / sizeof *sizes)

struct bench {
    const struct sentence_encoder *encoder;
    struct str texts[SENTENCES];
    float (*out)[SENTENCE_NUMBERS];
    struct matrix matrices[SIZES];
    float *left, *right;
};

/* What this process has used: others on the machine take time, but not from that. */
static double used_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * (double)NS_PER_S + (double)used.tv_nsec;
}

static double multiply(struct bench *bench)
{
    const double started_ns = used_ns();
    for (uint32_t rows = 0; rows < SENTENCES * ROWS; rows += BATCH_ROWS)
        for (size_t i = 0; i < SIZES; i++)
            matrix_product(bench->left, BATCH_ROWS, sizes[i].inner, &bench->matrices[i],
                           bench->right, sizes[i].columns);
    return used_ns() - started_ns;
}

static double encode(struct bench *bench, uint32_t together)
{
    const double started_ns = used_ns();
    for (uint32_t i = 0; i < SENTENCES; i += together)
        sentence_encode(bench->encoder, bench->texts + i, together, bench->out + i);
    return used_ns() - started_ns;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, compare);
    return values[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new("bench");
    struct bench bench = {.out = arena_alloc(arena, sizeof(float[SENTENCES][SENTENCE_NUMBERS])),
                          .left = arena_push_many(arena, float, BATCH_ROWS * 1536),
                          .right = arena_push_many(arena, float, BATCH_ROWS * 1536)};
    struct err err = {0};
    if (!sentence_open(arena, argc > 1 ? argv[1] : ".deps/encoder", &bench.encoder, &err)) {
        fprintf(stderr, "bench-sentence-ratio: %s\n", err.text);
        return 2;
    }
    for (size_t i = 0; i < SENTENCES; i++)
        bench.texts[i] = str_of(sentences[i % (sizeof sentences / sizeof *sentences)]);
    for (size_t i = 0; i < SIZES; i++)
        bench.matrices[i] = matrix_new(arena, sizes[i].inner, sizes[i].columns);

    double alone[ROUNDS], together[ROUNDS], products[ROUNDS];
    encode(&bench, SENTENCES);
    for (int round = 0; round < ROUNDS; round++) {
        products[round] = multiply(&bench);
        together[round] = encode(&bench, SENTENCES);
        alone[round] = encode(&bench, 1);
    }
    const double least = median(products), company = median(together), single = median(alone);
    printf("products alone           1.00\n");
    printf("sentences, %3d at a time %.2f  %6.0f a second\n", SENTENCES, company / least,
           SENTENCES * (double)NS_PER_S / company);
    printf("sentences, one at a time %.2f  %6.0f a second\n", single / least,
           SENTENCES * (double)NS_PER_S / single);
    for (size_t i = 0; i < SENTENCES; i++) /* two in one: as long as an alert with its summary */
        bench.texts[i] = str_printf(arena, "%.*s: %.*s", STR_ARG(bench.texts[i]),
                                    STR_ARG(bench.texts[(i + 1) % SENTENCES]));
    for (int round = 0; round < ROUNDS; round++)
        together[round] = encode(&bench, SENTENCES);
    printf("twice as long, %3d at a time  %6.0f a second\n", SENTENCES,
           SENTENCES * (double)NS_PER_S / median(together));
    arena_free(arena);
    return 0;
}
