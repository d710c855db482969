/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a sketch of a text cost, beside reading its bytes once?
 *
 * Two passes in turns on one thread over the same text: sketches of its documents, looked up and
 * kept, and a hash of all its bytes (FNV-1a), as the least that looks at each. The ratio travels
 * between machines; megabytes a second do not. Run under `valgrind --tool=callgrind`, instructions
 * do too.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "text/minhash.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 7
#define DOCUMENTS 1024
#define DOCUMENT_BYTES ((size_t)4096)

static const char *const words[] = {
    "the",     "connection", "of",      "pool",    "was",     "exhausted", "after",     "deploy",
    "2026-11", "timeout",    "service", "orders",  "node",    "is",        "restarted", "limit",
    "memory",  "a",          "and",     "request", "failed",  "to",        "0x7f",      "latency",
    "err",     "database",   "in",      "replica", "rollout", "checkout",  "queue",     "retry",
};

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static struct str document(struct arena *arena, uint64_t *state)
{
    struct buf out = buf_new(arena);
    while (out.len < DOCUMENT_BYTES) {
        const uint64_t number = draw(state);
        buf_printf(&out, "%s%s", words[number % 32], number % 11 == 0 ? ".\n" : " ");
    }
    return buf_str(&out);
}

/* What this process has used: others on the machine take time, but not from that. */
static double used_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * (double)NS_PER_S + (double)used.tv_nsec;
}

static double sketch_all(const struct str *texts, uint32_t *kept)
{
    struct arena *arena = arena_new("sketches");
    struct minhash_index *index = minhash_index_new(arena);
    struct minhash minhash;
    *kept = 0;
    const double started_ns = used_ns();
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        minhash_of(texts[i], &minhash);
        if (minhash_index_find(index, &minhash) == MINHASH_NONE)
            *kept += minhash_index_add(index, &minhash) != MINHASH_NONE;
    }
    const double took_ns = used_ns() - started_ns;
    arena_free(arena);
    return took_ns;
}

static double hash_all(const struct str *texts, uint64_t *hash)
{
    const double started_ns = used_ns();
    for (uint32_t i = 0; i < DOCUMENTS; i++)
        for (size_t at = 0; at < texts[i].len; at++)
            *hash = (*hash ^ (unsigned char)texts[i].ptr[at]) * UINT64_C(0x100000001b3);
    return used_ns() - started_ns;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

int main(void)
{
    struct arena *arena = arena_new("bench");
    struct str *texts = arena_push_many(arena, struct str, DOCUMENTS);
    double sketches[ROUNDS], hashes[ROUNDS], bytes = 0.0;
    uint64_t state = 1, hash = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        texts[i] = document(arena, &state);
        bytes += (double)texts[i].len;
    }
    for (int round = 0; round < ROUNDS; round++) {
        sketches[round] = sketch_all(texts, &kept);
        hashes[round] = hash_all(texts, &hash);
    }
    qsort(sketches, ROUNDS, sizeof *sketches, compare);
    qsort(hashes, ROUNDS, sizeof *hashes, compare);
    const double sketch_ns = sketches[ROUNDS / 2], hash_ns = hashes[ROUNDS / 2];
    printf("%.0f MB/s of sketches (%u of %u texts kept), %.0f MB/s of hashed bytes, ratio %.2f "
           "[%016llx]\n",
           bytes * 1e3 / sketch_ns, kept, DOCUMENTS, bytes * 1e3 / hash_ns, sketch_ns / hash_ns,
           (unsigned long long)hash);
    arena_free(arena);
    return 0;
}
