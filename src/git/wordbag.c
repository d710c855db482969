/* SPDX-License-Identifier: Apache-2.0 */
#include "git/wordbag.h"

#include "base/arena.h"

#include <stdlib.h>

struct wordbag wordbag_new(struct arena *arena)
{
    return (struct wordbag){.arena = arena, .words = map_new(arena)};
}

/* Bytes above ASCII count as letters, so that words of other scripts stay in one piece. */
static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static void count(struct wordbag *bag, struct str word)
{
    if (word.len < WORDBAG_WORD_BYTES_MIN || word.len > WORDBAG_WORD_BYTES_MAX ||
        (word.ptr[0] >= '0' && word.ptr[0] <= '9'))
        return;
    if (!bag->counts)
        bag->counts = arena_push_many(bag->arena, uint32_t, WORDBAG_WORDS_MAX);
    const uint32_t number = bag->words.count < WORDBAG_WORDS_MAX ? map_add(&bag->words, word)
                                                                 : map_find(&bag->words, word);
    if (number != MAP_NONE)
        bag->counts[number]++;
}

void wordbag_add(struct wordbag *bag, struct str text)
{
    if (bag->bytes >= WORDBAG_BYTES_MAX)
        return;
    bag->bytes += text.len;
    for (size_t from = 0; from < text.len;) {
        size_t to = from;
        while (to < text.len && is_of_word(text.ptr[to]))
            to++;
        count(bag, str_slice(text, from, to));
        from = to + 1;
    }
}

struct order {
    uint32_t number, count;
};

static int compare_frequent(const void *left, const void *right)
{
    const struct order *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

struct change_word *wordbag_best(const struct wordbag *bag, uint32_t max, uint32_t *count)
{
    const uint32_t all = bag->words.count;
    struct order *order = arena_push_many(bag->arena, struct order, all);
    for (uint32_t i = 0; i < all; i++)
        order[i] = (struct order){i, bag->counts[i]};
    if (all > 1)
        qsort(order, all, sizeof *order, compare_frequent);
    *count = all < max ? all : max;
    struct change_word *best = arena_push_many(bag->arena, struct change_word, *count);
    for (uint32_t i = 0; i < *count; i++)
        best[i] = (struct change_word){bag->words.keys[order[i].number], order[i].count};
    return best;
}
