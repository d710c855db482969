/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One hash table for all bands: the key of a band holds its number. A band of many texts that
 * resemble each other in it alone (a licence on top of each file) is looked through so far and no
 * further: what is missed costs a duplicate, what is not bounded costs a night.
 */
#include "text/minhash.h"

#include "base/arena.h"

#include <string.h>

#define CANDIDATES_MAX 64 /* of one band */
#define PROBES_MAX 512
#define SLOTS_START ((size_t)1 << 12)
#define TEXTS_START 64u
/* Eight bits are the same by chance once in 256: what is estimated above that is what counts. */
#define CHANCE (1.0 / 256.0)

struct slot {
    uint32_t key;    /* of the band; two that are the same by chance are told apart by the sketch */
    uint32_t number; /* of the text, and 1; 0: empty */
};

struct sketch {
    unsigned char bins[MINHASH_BINS];
};

struct minhash_index {
    struct arena *arena;
    struct slot *slots;
    size_t slots_count, slots_used; /* the count is a power of two */
    struct sketch *texts;
    uint32_t count, room;
};

struct minhash_index *minhash_index_new(struct arena *arena)
{
    struct minhash_index *index = arena_push(arena, struct minhash_index);
    index->arena = arena;
    index->slots_count = SLOTS_START;
    index->slots = arena_push_many(arena, struct slot, SLOTS_START);
    return index;
}

static uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd); /* MurmurHash3's finaliser */
    return hash ^ (hash >> 29);
}

static uint32_t band_key(const struct minhash *minhash, uint32_t band)
{
    uint64_t hash = band + 1;
    for (uint32_t row = 0; row < MINHASH_ROWS; row++)
        hash = mixed(hash ^ minhash->bins[band * MINHASH_ROWS + row]) + hash * 3;
    return (uint32_t)(mixed(hash) >> 32);
}

static size_t slot_of(const struct minhash_index *index, uint32_t key)
{
    return (size_t)((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 24) & (index->slots_count - 1);
}

static struct sketch sketch_of(const struct minhash *minhash)
{
    struct sketch sketch;
    for (uint32_t bin = 0; bin < MINHASH_BINS; bin++)
        sketch.bins[bin] = (unsigned char)minhash->bins[bin];
    return sketch;
}

static bool is_alike(const struct sketch *a, const struct sketch *b)
{
    uint32_t same = 0;
    for (uint32_t bin = 0; bin < MINHASH_BINS; bin++)
        same += a->bins[bin] == b->bins[bin];
    return ((double)same / MINHASH_BINS - CHANCE) / (1.0 - CHANCE) >= MINHASH_ALIKE;
}

uint32_t minhash_index_find(const struct minhash_index *index, const struct minhash *minhash)
{
    const struct sketch sketch = sketch_of(minhash);
    uint32_t found = MINHASH_NONE;
    for (uint32_t band = 0; minhash->shingles > 0 && band < MINHASH_BANDS; band++) {
        const uint32_t key = band_key(minhash, band);
        size_t at = slot_of(index, key);
        uint32_t candidates = 0;
        for (uint32_t probe = 0; probe < PROBES_MAX && candidates < CANDIDATES_MAX; probe++) {
            const struct slot slot = index->slots[at];
            if (slot.number == 0)
                break;
            at = (at + 1) & (index->slots_count - 1);
            if (slot.key != key)
                continue;
            candidates++;
            if (slot.number - 1 < found && is_alike(&index->texts[slot.number - 1], &sketch))
                found = slot.number - 1;
        }
    }
    return found;
}

static void put(struct minhash_index *index, uint32_t key, uint32_t number)
{
    size_t at = slot_of(index, key);
    for (uint32_t probe = 0; probe < PROBES_MAX; probe++) {
        struct slot *slot = &index->slots[at];
        at = (at + 1) & (index->slots_count - 1);
        if (slot->number != 0)
            continue;
        *slot = (struct slot){.key = key, .number = number + 1};
        index->slots_used++;
        return;
    }
}

/* Twice the room: where a slot stands follows from its key alone. */
static void widen(struct minhash_index *index)
{
    const struct slot *const old = index->slots;
    const size_t old_count = index->slots_count;
    index->slots_count *= 2;
    index->slots = arena_push_many(index->arena, struct slot, index->slots_count);
    index->slots_used = 0;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].number != 0)
            put(index, old[i].key, old[i].number - 1);
}

static void keep_sketch(struct minhash_index *index, const struct minhash *minhash)
{
    if (index->count == index->room) {
        const uint32_t room = index->room ? index->room * 2 : TEXTS_START;
        index->texts = arena_grow(index->arena, index->texts, index->room * sizeof *index->texts,
                                  room * sizeof *index->texts);
        index->room = room;
    }
    index->texts[index->count++] = sketch_of(minhash);
}

uint32_t minhash_index_add(struct minhash_index *index, const struct minhash *minhash)
{
    if (index->count == MINHASH_TEXTS_MAX || minhash->shingles == 0)
        return MINHASH_NONE;
    if ((index->slots_used + MINHASH_BANDS) * 4 > index->slots_count * 3)
        widen(index);
    keep_sketch(index, minhash);
    for (uint32_t band = 0; band < MINHASH_BANDS; band++)
        put(index, band_key(minhash, band), index->count - 1);
    return index->count - 1;
}
