/* SPDX-License-Identifier: Apache-2.0 */
#include "git/tally.h"

#include "base/arena.h"

#include <stdlib.h>

struct tally tally_new(struct arena *arena)
{
    return (struct tally){.arena = arena, .words = map_new(arena)};
}

/* Bytes above ASCII count as letters, so that words of other scripts stay in one piece. */
static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static void count(struct tally *tally, struct str word)
{
    if (word.len < TALLY_WORD_BYTES_MIN || word.len > TALLY_WORD_BYTES_MAX ||
        (word.ptr[0] >= '0' && word.ptr[0] <= '9'))
        return;
    if (!tally->counts)
        tally->counts = arena_push_many(tally->arena, uint32_t, TALLY_WORDS_MAX);
    const uint32_t number = tally->words.count < TALLY_WORDS_MAX ? map_add(&tally->words, word)
                                                                 : map_find(&tally->words, word);
    if (number != MAP_NONE)
        tally->counts[number]++;
}

void tally_add(struct tally *tally, struct str text)
{
    if (tally->bytes >= TALLY_BYTES_MAX)
        return;
    tally->bytes += text.len;
    for (size_t from = 0; from < text.len;) {
        size_t to = from;
        while (to < text.len && is_of_word(text.ptr[to]))
            to++;
        count(tally, str_slice(text, from, to));
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

struct change_word *tally_best(const struct tally *tally, uint32_t max, uint32_t *count)
{
    const uint32_t all = tally->words.count;
    struct order *order = arena_push_many(tally->arena, struct order, all);
    for (uint32_t i = 0; i < all; i++)
        order[i] = (struct order){i, tally->counts[i]};
    if (all > 1)
        qsort(order, all, sizeof *order, compare_frequent);
    *count = all < max ? all : max;
    struct change_word *best = arena_push_many(tally->arena, struct change_word, *count);
    for (uint32_t i = 0; i < *count; i++)
        best[i] = (struct change_word){tally->words.keys[order[i].number], order[i].count};
    return best;
}
