/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/tally.h"

#include <stdlib.h>
#include <string.h>

static struct str kept_part(struct str value)
{
    return str_slice(value, 0, TALLY_VALUE_BYTES);
}

static uint32_t find(const struct tally *tally, uint32_t hash, struct str value)
{
    const struct str part = kept_part(value);
    for (uint32_t i = 0; i < tally->used; i++)
        if (tally->hashes[i] == hash && str_eq(tally_text(tally, i), part))
            return i;
    return TALLY_VALUES_MAX;
}

uint32_t tally_find(const struct tally *tally, struct str value)
{
    return find(tally, (uint32_t)str_hash(value), value);
}

/* All counts go down together, so that a place becomes free; what is left of `count`. */
static uint64_t make_room(struct tally *tally, uint64_t count)
{
    uint64_t least = count;
    for (uint32_t i = 0; i < tally->used; i++)
        least = tally->values[i].count < least ? tally->values[i].count : least;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < tally->used; i++) {
        tally->values[i].count -= least;
        if (tally->values[i].count == 0)
            continue;
        if (kept < i) {
            tally->values[kept] = tally->values[i];
            tally->hashes[kept] = tally->hashes[i];
        }
        kept++;
    }
    tally->used = kept;
    tally->lost += least;
    return count - least;
}

static void add(struct tally *tally, uint32_t hash, struct str value, uint64_t count)
{
    const uint32_t known = find(tally, hash, value);
    if (known < TALLY_VALUES_MAX) {
        tally->values[known].count += count;
        return;
    }
    if (tally->used == TALLY_VALUES_MAX)
        count = make_room(tally, count);
    if (count == 0)
        return;
    const struct str part = kept_part(value);
    struct tally_value *place = &tally->values[tally->used];
    place->count = count;
    place->len = (uint8_t)part.len;
    if (part.len > 0)
        memcpy(place->bytes, part.ptr, part.len);
    tally->hashes[tally->used++] = hash;
}

void tally_add(struct tally *tally, struct str value, uint64_t count)
{
    tally->total += count;
    add(tally, (uint32_t)str_hash(value), value, count);
}

void tally_merge(struct tally *into, const struct tally *from)
{
    into->total += from->total;
    into->lost += from->lost;
    for (uint32_t i = 0; i < from->used; i++)
        add(into, from->hashes[i], tally_text(from, i), from->values[i].count);
}

struct str tally_text(const struct tally *tally, uint32_t number)
{
    return (struct str){.ptr = tally->values[number].bytes, .len = tally->values[number].len};
}

/* Few and nearly sorted: by insertion. */
void tally_sort(struct tally *tally)
{
    for (uint32_t i = 1; i < tally->used; i++) {
        const struct tally_value value = tally->values[i];
        const uint32_t hash = tally->hashes[i];
        const struct str text = {.ptr = value.bytes, .len = value.len};
        uint32_t at = i;
        while (at > 0 && (tally->values[at - 1].count < value.count ||
                          (tally->values[at - 1].count == value.count &&
                           str_compare(tally_text(tally, at - 1), text) > 0))) {
            tally->values[at] = tally->values[at - 1];
            tally->hashes[at] = tally->hashes[at - 1];
            at--;
        }
        tally->values[at] = value;
        tally->hashes[at] = hash;
    }
}
