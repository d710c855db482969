/* SPDX-License-Identifier: Apache-2.0 */
#include "text/generalise.h"

#include "base/arena.h"

#include <string.h>

#define ROUNDS_MAX 4
#define VALUES_MIN_NAMED                                                                           \
    3 /* so many names of a kind that programs make up are a choice of values */
#define VALUES_MIN_PLAIN 7 /* so many plain words are; states are fewer */

bool form_is_wild(const struct form *form, uint32_t atom)
{
    return form->wild[atom / 64] >> (atom % 64) & 1;
}

struct str form_atom(const struct form *form, uint32_t atom)
{
    return str_slice(form->text, form->atoms[atom].from, form->atoms[atom].to);
}

enum entity atom_entity(struct str atom)
{
    if (atom.len == 0)
        return ENTITY_WORD;
    const unsigned char last = (unsigned char)atom.ptr[atom.len - 1];
    return last < ENTITIES ? (enum entity)last : ENTITY_WORD;
}

/* ---- kinds of values ---- */

enum kind { KIND_SLOT, KIND_NUMBERED, KIND_NAMED, KIND_PLAIN, KINDS };

static enum kind kind_of(struct str atom)
{
    if (atom_entity(atom) != ENTITY_WORD)
        return KIND_SLOT;
    bool named = false;
    for (size_t i = 0; i < atom.len; i++) {
        const char c = atom.ptr[i];
        if (c >= '0' && c <= '9')
            return KIND_NUMBERED;
        const bool inner_capital = i > 0 && c >= 'A' && c <= 'Z' && atom.ptr[i - 1] >= 'a';
        named |= c == '_' || c == '.' || c == '/' || c == '@' || c == '$' || inner_capital;
    }
    return named ? KIND_NAMED : KIND_PLAIN;
}

/* ---- classes: shapes that are alike but for one position ---- */

struct class
{
    uint64_t key; /* 0: free */
    uint32_t values;
    uint32_t of_kind[KINDS];
};

struct classes {
    struct class *slots;
    uint32_t mask;
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static struct class *class_at(const struct classes *classes, uint64_t key)
{
    key |= key == 0;
    for (uint32_t at = (uint32_t)key & classes->mask;; at = (at + 1) & classes->mask) {
        struct class *slot = &classes->slots[at];
        if (slot->key == 0)
            slot->key = key;
        if (slot->key == key)
            return slot;
    }
}

static bool is_filled_in(const struct class *class)
{
    const uint32_t slots = class->of_kind[KIND_SLOT];
    const uint32_t numbered = class->of_kind[KIND_NUMBERED];
    const uint32_t named = class->of_kind[KIND_NAMED];
    if (class->values < 2)
        return false;
    if (slots > 0 || numbered * 2 >= class->values)
        return true;
    if (class->values >= VALUES_MIN_NAMED && (named + numbered) * 2 >= class->values)
        return true;
    return class->values >= VALUES_MIN_PLAIN;
}

/* ---- rounds ---- */

struct round {
    struct form *forms;
    uint32_t count;
    uint32_t atoms;
    uint64_t *hashes; /* of each atom of each form, by form */
    uint64_t *sums;   /* of those, by form */
};

static uint64_t atom_hash(struct str atom, uint32_t position, bool wild)
{
    return mix((wild ? 0x5bd1e995u : str_hash(atom)) + (position + 1) * 0x9E3779B97F4A7C15u);
}

static void hash_all(struct round *round)
{
    for (uint32_t f = 0; f < round->count; f++) {
        round->sums[f] = 0;
        for (uint32_t i = 0; i < round->atoms; i++) {
            const struct form *form = &round->forms[f];
            const uint64_t hash = atom_hash(form_atom(form, i), i, form_is_wild(form, i));
            round->hashes[f * round->atoms + i] = hash;
            round->sums[f] += hash;
        }
    }
}

static uint64_t key_without(const struct round *round, uint32_t form, uint32_t atom)
{
    return mix(round->sums[form] - round->hashes[form * round->atoms + atom] +
               (atom + 1) * 0xD6E8FEB86659FD93u);
}

static uint32_t table_size(uint64_t wanted)
{
    uint32_t size = 16;
    while (size < wanted * 2)
        size *= 2;
    return size;
}

/* The first of those that have become the same stands for them all. */
static void find_heads(struct arena *scratch, const struct round *round, bool *is_head)
{
    const uint32_t size = table_size(round->count);
    const struct classes seen = {arena_push_many(scratch, struct class, size), size - 1};
    for (uint32_t f = 0; f < round->count; f++)
        is_head[f] = class_at(&seen, mix(round->sums[f]))->values++ == 0;
}

static bool run_round(struct arena *scratch, struct round *round)
{
    const uint32_t size = table_size((uint64_t)round->count * round->atoms);
    const struct classes classes = {arena_push_many(scratch, struct class, size), size - 1};
    bool *is_head = arena_push_many(scratch, bool, round->count);
    hash_all(round);
    find_heads(scratch, round, is_head);
    for (uint32_t f = 0; f < round->count; f++)
        for (uint32_t i = 0; is_head[f] && i < round->atoms; i++) {
            struct class *class = class_at(&classes, key_without(round, f, i));
            const bool wild = form_is_wild(&round->forms[f], i);
            class->values++;
            class->of_kind[wild ? KIND_SLOT : kind_of(form_atom(&round->forms[f], i))]++;
        }
    bool changed = false;
    for (uint32_t f = 0; f < round->count; f++)
        for (uint32_t i = 0; i < round->atoms; i++)
            if (!form_is_wild(&round->forms[f], i) &&
                is_filled_in(class_at(&classes, key_without(round, f, i)))) {
                round->forms[f].wild[i / 64] |= (uint64_t)1 << (i % 64);
                changed = true;
            }
    return changed;
}

void generalise(struct arena *scratch, struct form *forms, uint32_t count)
{
    if (count < 2 || forms->atoms_count == 0)
        return;
    struct round round = {
        .forms = forms,
        .count = count,
        .atoms = forms->atoms_count,
        .hashes = arena_push_many(scratch, uint64_t, (size_t)count * forms->atoms_count),
        .sums = arena_push_many(scratch, uint64_t, count),
    };
    for (int i = 0; i < ROUNDS_MAX && run_round(scratch, &round); i++)
        ;
}
