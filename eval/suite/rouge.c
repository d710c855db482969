/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/rouge.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

#include <math.h>

/* The pairs of a text, each with how often it stands there. */
struct pairs {
    struct map keys;
    uint32_t *counts; /* beside keys */
    uint32_t sum;
};

static char plain(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : ' ';
}

/* "a b" for each pair of neighbours: words with one blank between them, cut where one ends. */
static struct pairs pairs_of(struct arena *arena, struct str text)
{
    struct pairs pairs = {.keys = map_new(arena),
                          .counts = arena_push_many(arena, uint32_t, text.len + 1)};
    struct buf words = buf_new(arena);
    for (size_t i = 0; i < text.len; i++) {
        const char c = plain(text.ptr[i]);
        if (c != ' ' || (words.len > 0 && words.ptr[words.len - 1] != ' '))
            buf_add_char(&words, c);
    }
    struct str rest = str_trim(buf_str(&words)), word, before = {0};
    while (str_split(&rest, ' ', &word)) {
        if (before.len > 0) {
            const struct str pair = {before.ptr, (size_t)(word.ptr + word.len - before.ptr)};
            pairs.counts[map_add(&pairs.keys, pair)]++;
            pairs.sum++;
        }
        before = word;
    }
    return pairs;
}

double rouge_two(struct arena *arena, struct str a, struct str b)
{
    const struct pairs left = pairs_of(arena, a), right = pairs_of(arena, b);
    uint32_t shared = 0;
    for (uint32_t i = 0; i < left.keys.count; i++) {
        const uint32_t other = map_find(&right.keys, left.keys.keys[i]);
        if (other != MAP_NONE)
            shared += left.counts[i] < right.counts[other] ? left.counts[i] : right.counts[other];
    }
    /* 2pr / (p + r) with p = shared / left and r = shared / right */
    return left.sum + right.sum > 0 ? 2.0 * shared / (left.sum + right.sum) : 0;
}

double rouge_against(struct arena *arena, struct str text, const struct str *references,
                     uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += rouge_two(arena, text, references[i]);
    return count > 0 ? sum / count : 0;
}

/* Of one reference against the others. */
static double against_others(struct arena *arena, const struct str *references, uint32_t count,
                             uint32_t one)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += i == one ? 0 : rouge_two(arena, references[one], references[i]);
    return count > 1 ? sum / (count - 1) : 0;
}

double rouge_agreement(struct arena *arena, const struct str *references, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += against_others(arena, references, count, i);
    return count > 0 ? sum / count : 0;
}

double rouge_worst(struct arena *arena, const struct str *references, uint32_t count)
{
    double worst = count > 0 ? 1 : 0;
    for (uint32_t i = 0; i < count; i++)
        worst = fmin(worst, against_others(arena, references, count, i));
    return worst;
}
