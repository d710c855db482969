/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes are counted in one table. When it is full, the shapes to keep are chosen by a rule that
 * depends on nothing but the set of shapes seen, so that any order and any sharding end alike:
 *
 * A level L says how many shapes of one structure are kept (those of the lowest rank, a hash), and
 * above some level of which structures any are (those of the lowest hash). The number kept at a
 * level only grows as messages come, so "the lowest level that keeps at most shapes_max" only
 * rises. A shape that is kept at the final level was kept at all earlier ones from its first sight
 * on: its count is exact. (Bottom-k sampling: Cohen and Kaplan, PODC 2007.)
 *
 * Sampling within a structure, not over all shapes, keeps junk from crowding out what is frequent:
 * lines that differ in a word or two are of one structure, however many they are.
 */
#include "text/miner_inside.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PER_GROUP_MIN 16 /* with fewer, states look like values; whole structures are left out */
#define LEVELS_MAX 64
#define ODD_SHIFT 60

static void free_texts(void *thing)
{
    struct miner *miner = thing;
    arena_free(miner->texts[0]);
    arena_free(miner->texts[1]);
}

struct miner *miner_new(struct arena *arena, struct miner_limits limits)
{
    struct miner *miner = arena_push(arena, struct miner);
    miner->arena = arena;
    miner->limits = limits;
    if (limits.shapes_max == 0)
        miner->limits.shapes_max = MINER_SHAPES_MAX;
    if (limits.shapes_per_group_max == 0)
        miner->limits.shapes_per_group_max = MINER_SHAPES_PER_GROUP_MAX;
    assert(miner->limits.shapes_per_group_max <= UINT16_MAX);
    miner->room = 2 * miner->limits.shapes_max;
    miner->entries = arena_push_many(arena, struct entry, miner->room);
    uint32_t size = 16;
    while (size < 2 * miner->room)
        size *= 2;
    miner->slots = arena_push_many(arena, uint32_t, size);
    miner->slots_mask = size - 1;
    miner->texts[0] = arena_new("shapes");
    miner->texts[1] = arena_new("shapes");
    for (int i = 0; i < 2; i++)
        miner->leftovers[i] = arena_push_many(arena, struct leftover, miner->room);
    arena_defer(arena, free_texts, miner);
    return miner;
}

/* ---- what a shape is known by ---- */

uint64_t miner_group_of(const struct shape *shape)
{
    uint64_t hash = 14695981039346656037u ^ shape->atoms_count;
    uint32_t at = 0;
    for (uint32_t i = 0; i <= shape->atoms_count; i++) {
        const uint32_t to = i < shape->atoms_count ? shape->atoms[i].from : shape->len;
        for (; at < to; at++)
            hash = (hash ^ (unsigned char)shape->text[at]) * 1099511628211u;
        hash = (hash ^ 0xff) * 1099511628211u;
        at = i < shape->atoms_count ? shape->atoms[i].to : at;
    }
    return (hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15u;
}

/* What holds names with digits in them is likelier to be one of very many: it goes first. */
static uint64_t rank_of(const struct shape *shape)
{
    uint64_t odd = 0;
    for (uint32_t i = 0; i < shape->atoms_count; i++) {
        const struct atom *atom = &shape->atoms[i];
        odd += atom->entity == ENTITY_ID;
    }
    return (odd < 15 ? odd : 15) << ODD_SHIFT | shape->hash >> (64 - ODD_SHIFT);
}

/* ---- levels ---- */

static uint32_t per_group_at(const struct miner *miner, uint32_t level)
{
    uint32_t per_group = miner->limits.shapes_per_group_max;
    for (; level > 0 && per_group > PER_GROUP_MIN; level--)
        per_group /= 2;
    return per_group;
}

static uint32_t group_bits_at(const struct miner *miner, uint32_t level)
{
    uint32_t per_group = miner->limits.shapes_per_group_max;
    for (; level > 0 && per_group > PER_GROUP_MIN; level--)
        per_group /= 2;
    return level;
}

static bool is_group_kept(const struct miner *miner, uint64_t group, uint32_t level)
{
    const uint32_t bits = group_bits_at(miner, level);
    return bits == 0 || (bits < 64 && group >> (64 - bits) == 0);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Of sorted entries: how many of them stay at that level. */
static uint32_t kept_at(const struct miner *miner, uint32_t level)
{
    const uint32_t per_group = per_group_at(miner, level);
    uint32_t kept = 0, in_group = 0;
    for (uint32_t i = 0; i < miner->count; i++) {
        const struct entry *entry = &miner->entries[i];
        in_group = i > 0 && entry->group == entry[-1].group ? in_group + 1 : 1;
        kept += in_group <= per_group && is_group_kept(miner, entry->group, level);
    }
    return kept;
}

/* ---- the table ---- */

static uint32_t slot_of(const struct miner *miner, uint64_t hash)
{
    uint32_t at = (uint32_t)hash & miner->slots_mask;
    while (miner->slots[at] != 0 && miner->entries[miner->slots[at] - 1].hash != hash)
        at = (at + 1) & miner->slots_mask;
    return at;
}

static void index_entries(struct miner *miner)
{
    memset(miner->slots, 0, ((size_t)miner->slots_mask + 1) * sizeof *miner->slots);
    for (uint32_t i = 0; i < miner->count; i++)
        miner->slots[slot_of(miner, miner->entries[i].hash)] = i + 1;
}

static void keep_text(struct arena *arena, struct entry *entry, const char *text,
                      const struct span *atoms)
{
    const size_t atoms_size = entry->atoms_count * sizeof(struct span);
    char *block = arena_alloc(arena, atoms_size + entry->text_len + 1u);
    memcpy(block, atoms, atoms_size);
    memcpy(block + atoms_size, text, entry->text_len);
    entry->atoms = (const struct span *)(void *)block;
    entry->text = block + atoms_size;
}

uint32_t miner_entry_of(const struct miner *miner, uint64_t shape)
{
    const uint32_t slot = miner->slots[slot_of(miner, shape)];
    return slot != 0 ? slot - 1 : MINER_NONE;
}

/* ---- what is dropped ---- */

struct leftover *miner_leftover_of(const struct miner *miner, uint64_t group)
{
    uint32_t from = 0, to = miner->leftovers_count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        if (miner->leftovers[0][middle].group < group)
            from = middle + 1;
        else
            to = middle;
    }
    const bool found = from < miner->leftovers_count && miner->leftovers[0][from].group == group;
    return found ? &miner->leftovers[0][from] : NULL;
}

/* Adds leftovers that are in the order of their groups; those of structures that go are let go. */
static void add_leftovers(struct miner *miner, const struct leftover *more, uint32_t more_count)
{
    const struct leftover *old = miner->leftovers[0];
    struct leftover *out = miner->leftovers[1];
    uint32_t count = 0, i = 0, k = 0;
    while (i < miner->leftovers_count || k < more_count) {
        const bool first =
            k == more_count || (i < miner->leftovers_count && old[i].group <= more[k].group);
        const struct leftover next = first ? old[i++] : more[k++];
        if (!is_group_kept(miner, next.group, miner->level))
            continue;
        if (count > 0 && out[count - 1].group == next.group)
            out[count - 1].count += next.count;
        else
            out[count++] = next;
        assert(count < miner->room);
    }
    miner->leftovers[1] = miner->leftovers[0];
    miner->leftovers[0] = out;
    miner->leftovers_count = count;
}

/* ---- pruning ---- */

static void choose_level(struct miner *miner)
{
    while (miner->level < LEVELS_MAX && kept_at(miner, miner->level) > miner->limits.shapes_max)
        miner->level++;
}

void miner_prune(struct miner *miner)
{
    struct arena *scratch = arena_new("leftovers");
    struct leftover *dropped = arena_push_many(scratch, struct leftover, miner->count);
    uint32_t kept = 0, in_group = 0, dropped_count = 0;
    uint64_t group = 0;
    qsort(miner->entries, miner->count, sizeof *miner->entries, compare_entries);
    choose_level(miner);
    const uint32_t per_group = per_group_at(miner, miner->level);
    for (uint32_t i = 0; i < miner->count; i++) {
        const struct entry entry = miner->entries[i];
        in_group = i > 0 && entry.group == group ? in_group + 1 : 1;
        group = entry.group;
        if (in_group > per_group || !is_group_kept(miner, group, miner->level)) {
            dropped[dropped_count++] = (struct leftover){.group = group, .count = entry.count};
            continue;
        }
        miner->entries[kept] = entry;
        keep_text(miner->texts[1], &miner->entries[kept], entry.text, entry.atoms);
        kept++;
    }
    add_leftovers(miner, dropped, dropped_count);
    arena_free(scratch);
    memset(miner->entries + kept, 0, (miner->count - kept) * sizeof *miner->entries);
    miner->count = kept;
    arena_reset(miner->texts[0]);
    struct arena *fresh = miner->texts[1];
    miner->texts[1] = miner->texts[0];
    miner->texts[0] = fresh;
    index_entries(miner);
}

static void add_entry(struct miner *miner, struct entry entry, const char *text,
                      const struct span *atoms)
{
    if (!is_group_kept(miner, entry.group, miner->level))
        return;
    if (miner->count == miner->room)
        miner_prune(miner);
    struct entry *added = &miner->entries[miner->count++];
    *added = entry;
    keep_text(miner->texts[0], added, text, atoms);
    miner->slots[slot_of(miner, entry.hash)] = miner->count;
}

static void add_shape(struct miner *miner, const struct shape *shape)
{
    struct span atoms[MASK_ATOMS_MAX];
    for (uint32_t i = 0; i < shape->atoms_count; i++)
        atoms[i] = (struct span){shape->atoms[i].from, shape->atoms[i].to};
    const struct entry entry = {.hash = shape->hash,
                                .group = miner_group_of(shape),
                                .rank = rank_of(shape),
                                .count = 1,
                                .text_len = (uint16_t)shape->len,
                                .atoms_count = (uint16_t)shape->atoms_count};
    add_entry(miner, entry, shape->text, atoms);
}

uint64_t miner_add(struct miner *miner, struct str message)
{
    assert(!miner->finished);
    struct shape *shape = &miner->shape;
    mask_message(message, shape);
    miner->messages++;
    const uint32_t slot = miner->slots[slot_of(miner, shape->hash)];
    if (slot != 0)
        miner->entries[slot - 1].count++;
    else
        add_shape(miner, shape);
    return shape->hash;
}

void miner_merge(struct miner *into, const struct miner *from)
{
    assert(!into->finished && !from->finished);
    into->messages += from->messages;
    into->level = into->level > from->level ? into->level : from->level;
    add_leftovers(into, from->leftovers[0], from->leftovers_count);
    for (uint32_t i = 0; i < from->count; i++) {
        const struct entry *entry = &from->entries[i];
        const uint32_t slot = into->slots[slot_of(into, entry->hash)];
        if (slot != 0)
            into->entries[slot - 1].count += entry->count;
        else
            add_entry(into, *entry, entry->text, entry->atoms);
    }
}

uint64_t miner_messages(const struct miner *miner)
{
    return miner->messages;
}

size_t miner_bytes(const struct miner *miner)
{
    return arena_used_bytes(miner->arena) + arena_used_bytes(miner->texts[0]) +
           arena_used_bytes(miner->texts[1]);
}
