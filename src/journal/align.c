/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/align.h"

#include "base/arena.h"

#define PAIRS_MAX 4000000u

struct aligning {
    const struct str *a, *b;
    uint32_t a_count, b_count;
    uint32_t *longest; /* of what is left from (i, k) on; a row has b_count + 1 */
    struct align_pair *pairs;
    uint32_t count;
};

static uint32_t *longest_at(const struct aligning *it, uint32_t i, uint32_t k)
{
    return &it->longest[(size_t)i * (it->b_count + 1) + k];
}

static void measure(struct aligning *it)
{
    for (uint32_t i = it->a_count; i-- > 0;)
        for (uint32_t k = it->b_count; k-- > 0;) {
            const uint32_t without_a = *longest_at(it, i + 1, k);
            const uint32_t without_b = *longest_at(it, i, k + 1);
            *longest_at(it, i, k) = str_eq(it->a[i], it->b[k]) ? *longest_at(it, i + 1, k + 1) + 1
                                    : without_a > without_b    ? without_a
                                                               : without_b;
        }
}

static void add_pair(struct aligning *it, uint32_t a, uint32_t b)
{
    it->pairs[it->count++] = (struct align_pair){a, b};
}

static void follow(struct aligning *it)
{
    uint32_t i = 0, k = 0;
    while (i < it->a_count || k < it->b_count) {
        if (i < it->a_count && k < it->b_count && str_eq(it->a[i], it->b[k]))
            add_pair(it, i++, k++);
        else if (k == it->b_count ||
                 (i < it->a_count && *longest_at(it, i + 1, k) >= *longest_at(it, i, k + 1)))
            add_pair(it, i++, ALIGN_NONE);
        else
            add_pair(it, ALIGN_NONE, k++);
    }
}

static void place_by_place(struct aligning *it)
{
    for (uint32_t i = 0; i < it->a_count || i < it->b_count; i++) {
        if (i < it->a_count && i < it->b_count && str_eq(it->a[i], it->b[i])) {
            add_pair(it, i, i);
            continue;
        }
        if (i < it->a_count)
            add_pair(it, i, ALIGN_NONE);
        if (i < it->b_count)
            add_pair(it, ALIGN_NONE, i);
    }
}

struct align_pair *align(struct arena *arena, const struct str *a, uint32_t a_count,
                         const struct str *b, uint32_t b_count, uint32_t *count)
{
    struct aligning it = {
        .a = a,
        .b = b,
        .a_count = a_count,
        .b_count = b_count,
        .pairs = arena_push_many(arena, struct align_pair, (size_t)a_count + b_count),
    };
    if ((uint64_t)a_count * b_count > PAIRS_MAX) {
        place_by_place(&it);
    } else {
        it.longest = arena_push_many(arena, uint32_t, (size_t)(a_count + 1) * (b_count + 1));
        measure(&it);
        follow(&it);
    }
    *count = it.count;
    return it.pairs;
}
