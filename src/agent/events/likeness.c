/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/likeness.h"

#include "base/arena.h"
#include "base/map.h"
#include "case/symptom.h"

#include <ctype.h>
#include <string.h>

#define WORDS_MAX 20

static bool starts_word(struct str text, size_t at)
{
    const unsigned char c = (unsigned char)text.ptr[at];
    return at == 0 || !isalnum((unsigned char)text.ptr[at - 1]) ||
           (isupper(c) && !isupper((unsigned char)text.ptr[at - 1]));
}

/* The words of "HighErrorRate" or "high_error_rate": high, error, rate. */
static struct map words_of(struct arena *arena, struct str name)
{
    struct map words = map_new(arena);
    for (size_t at = 0; at < name.len && words.count < WORDS_MAX;) {
        size_t end = at + 1;
        while (end < name.len && isalnum((unsigned char)name.ptr[end]) && !starts_word(name, end))
            end++;
        if (isalnum((unsigned char)name.ptr[at]))
            map_add(&words, str_lower(arena, str_slice(name, at, end)));
        at = end;
    }
    return words;
}

static bool share_words(struct arena *arena, struct str a, struct str b)
{
    const struct map left = words_of(arena, a), right = words_of(arena, b);
    uint32_t both = 0;
    for (uint32_t i = 0; i < left.count; i++)
        both += map_find(&right, left.keys[i]) != MAP_NONE;
    return 2 * both >= left.count + right.count - both && both > 0;
}

double likeness_of_alerts(struct arena *arena, struct str alert, struct str other)
{
    if (alert.len == other.len && str_find_no_case(alert, other) == 0)
        return LIKE_SAME;
    if (share_words(arena, alert, other))
        return LIKE_WORDS;
    const enum symptom symptom = symptom_of_alert(&(struct alert){.name = alert});
    return symptom != SYMPTOM_UNKNOWN && symptom == symptom_of_alert(&(struct alert){.name = other})
               ? LIKE_SYMPTOM
               : 0;
}
