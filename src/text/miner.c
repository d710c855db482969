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
#include "text/miner.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "text/absorb.h"
#include "text/generalise.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PER_GROUP_MIN 8 /* the level below which whole structures are left out */
#define LEVELS_MAX 64
#define ODD_SHIFT 60

struct entry {
    uint64_t hash;  /* of the shape; 0: free */
    uint64_t group; /* of its structure */
    uint64_t rank;  /* within the group: the lower, the longer it is kept */
    uint64_t count;
    const struct span *atoms;
    const char *text;
    uint16_t text_len;
    uint16_t atoms_count;
    uint32_t template;
};

struct miner {
    struct arena *arena;
    struct miner_limits limits;
    struct entry *entries; /* twice shapes_max */
    uint32_t count, room;
    uint32_t *slots; /* entry + 1, by hash */
    uint32_t slots_mask;
    struct arena *texts[2]; /* of the entries; the other is for the next pruning */
    uint32_t level;
    uint64_t messages;
    struct shape shape; /* of the message at hand */
    bool finished;
    struct mined_template *templates;
    uint32_t *template_entries;   /* one shape of each */
    uint64_t (*wild)[FORM_WORDS]; /* by entry */
    uint32_t templates_count;
    uint64_t kept_messages;
};

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
    miner->room = 2 * miner->limits.shapes_max;
    miner->entries = arena_push_many(arena, struct entry, miner->room);
    uint32_t size = 16;
    while (size < 2 * miner->room)
        size *= 2;
    miner->slots = arena_push_many(arena, uint32_t, size);
    miner->slots_mask = size - 1;
    miner->texts[0] = arena_new("shapes");
    miner->texts[1] = arena_new("shapes");
    arena_defer(arena, free_texts, miner);
    return miner;
}

/* ---- what a shape is known by ---- */

/* The text between the atoms. */
static uint64_t group_of(const struct shape *shape)
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

/* Words with digits in them, or with no small vowel, are likelier to be junk: they go first. */
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

static void prune(struct miner *miner)
{
    qsort(miner->entries, miner->count, sizeof *miner->entries, compare_entries);
    while (miner->level < LEVELS_MAX && kept_at(miner, miner->level) > miner->limits.shapes_max)
        miner->level++;
    const uint32_t per_group = per_group_at(miner, miner->level);
    uint32_t kept = 0, in_group = 0;
    uint64_t group = 0;
    for (uint32_t i = 0; i < miner->count; i++) {
        struct entry *entry = &miner->entries[i];
        in_group = i > 0 && entry->group == group ? in_group + 1 : 1;
        group = entry->group;
        if (in_group > per_group || !is_group_kept(miner, group, miner->level))
            continue;
        miner->entries[kept] = *entry;
        keep_text(miner->texts[1], &miner->entries[kept], entry->text, entry->atoms);
        kept++;
    }
    memset(miner->entries + kept, 0, (miner->count - kept) * sizeof *miner->entries);
    miner->count = kept;
    arena_reset(miner->texts[0]);
    struct arena *fresh = miner->texts[1];
    miner->texts[1] = miner->texts[0];
    miner->texts[0] = fresh;
    index_entries(miner);
}

static struct entry *add_entry(struct miner *miner, struct entry entry, const char *text,
                               const struct span *atoms)
{
    if (!is_group_kept(miner, entry.group, miner->level))
        return NULL;
    if (miner->count == miner->room)
        prune(miner);
    struct entry *added = &miner->entries[miner->count++];
    *added = entry;
    keep_text(miner->texts[0], added, text, atoms);
    miner->slots[slot_of(miner, entry.hash)] = miner->count;
    return added;
}

static void add_shape(struct miner *miner, const struct shape *shape)
{
    struct span atoms[MASK_ATOMS_MAX];
    for (uint32_t i = 0; i < shape->atoms_count; i++)
        atoms[i] = (struct span){shape->atoms[i].from, shape->atoms[i].to};
    const struct entry entry = {.hash = shape->hash,
                                .group = group_of(shape),
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
    for (uint32_t i = 0; i < from->count; i++) {
        const struct entry *entry = &from->entries[i];
        const uint32_t slot = into->slots[slot_of(into, entry->hash)];
        if (slot != 0)
            into->entries[slot - 1].count += entry->count;
        else
            add_entry(into, *entry, entry->text, entry->atoms);
    }
}

/* ---- the end ---- */

/* What is the same in all shapes of a template: the text of a word, the head of a slot. */
static struct str fixed_text(const struct form *form, uint32_t atom)
{
    const struct str text = form_atom(form, atom);
    return atom_entity(text) == ENTITY_WORD ? text : str_slice(text, 0, text.len - 1);
}

static bool is_slot(const struct form *form, uint32_t atom)
{
    return atom_entity(form_atom(form, atom)) != ENTITY_WORD;
}

/* The kind of what is filled in at a position, joined over the shapes of a template. */
struct writing {
    struct buf text;
    struct buf wild;
};

static void write_slot(struct writing *write, enum entity entity)
{
    buf_printf(&write->text, "<%s>", entity_name(entity));
    buf_add(&write->wild, STR("<*>"));
}

static void write_text(struct writing *write, struct str text)
{
    buf_add(&write->text, text);
    buf_add(&write->wild, text);
}

static struct form form_of(const struct entry *entry)
{
    return (struct form){.text = {entry->text, entry->text_len},
                         .atoms = entry->atoms,
                         .atoms_count = entry->atoms_count,
                         .count = entry->count};
}

/* A word with a digit in it is an id where it is filled in. */
static enum entity filled_entity(struct str atom)
{
    for (size_t i = 0; i < atom.len; i++)
        if (atom.ptr[i] >= '0' && atom.ptr[i] <= '9' && atom_entity(atom) == ENTITY_WORD)
            return ENTITY_ID;
    return atom_entity(atom);
}

static enum entity join(enum entity a, enum entity b)
{
    return a == b ? a : ENTITY_ANY;
}

/* The word that stands right before an atom, if nothing but a mark or two is between. */
static struct str word_before(const struct form *form, uint32_t atom)
{
    if (atom == 0 || form_is_wild(form, atom - 1) ||
        form->atoms[atom].from - form->atoms[atom - 1].to > 3)
        return STR("");
    return form_atom(form, atom - 1);
}

/* What `forms` have in common; all of them have the same atoms but for those that are wild. */
static void write_template(struct writing *write, const struct form *forms, uint32_t count)
{
    const struct form *form = &forms[0];
    uint32_t at = 0;
    for (uint32_t i = 0; i < form->atoms_count; i++) {
        const struct str atom = form_atom(form, i);
        const struct str gap = str_slice(form->text, at, form->atoms[i].from);
        at = form->atoms[i].to;
        if (form_is_wild(form, i) && form_is_unit(form, i))
            continue; /* the number's slot is the unit's, too */
        write_text(write, gap);
        const bool wild = form_is_wild(form, i);
        enum entity entity = wild ? filled_entity(atom) : atom_entity(atom);
        for (uint32_t k = 1; (wild || entity != ENTITY_WORD) && k < count; k++)
            entity = join(entity, filled_entity(form_atom(&forms[k], i)));
        if (!wild)
            write_text(write, fixed_text(form, i));
        if (wild || entity != ENTITY_WORD)
            write_slot(write, entity_after(word_before(form, i), entity));
    }
    write_text(write, str_slice(form->text, at, form->text.len));
}

static bool is_same(const struct form *a, const struct form *b)
{
    for (uint32_t i = 0; i < a->atoms_count; i++) {
        const bool wild = form_is_wild(a, i);
        if (wild != form_is_wild(b, i))
            return false;
        if (!wild &&
            (is_slot(a, i) != is_slot(b, i) || !str_eq(fixed_text(a, i), fixed_text(b, i))))
            return false;
    }
    return true;
}

/* Shapes beside each other in this order are of one template if they are equal in it. */
static int compare_forms(const void *a, const void *b)
{
    const struct form *x = *(const struct form *const *)a, *y = *(const struct form *const *)b;
    for (uint32_t i = 0; i < x->atoms_count; i++) {
        const bool wild = form_is_wild(x, i);
        if (wild != form_is_wild(y, i))
            return wild ? 1 : -1;
        const int order = wild ? 0 : str_compare(fixed_text(x, i), fixed_text(y, i));
        if (order != 0)
            return order;
        if (!wild && is_slot(x, i) != is_slot(y, i))
            return is_slot(x, i) ? 1 : -1;
    }
    return str_compare(x->text, y->text);
}

static void add_template(struct miner *miner, const struct form *members, uint32_t count)
{
    struct writing write = {buf_new(miner->arena), buf_new(miner->arena)};
    struct mined_template *template = &miner->templates[miner->templates_count];
    write_template(&write, members, count);
    template->text = buf_str(&write.text);
    template->wild = buf_str(&write.wild);
    template->shapes = count;
    for (uint32_t i = 0; i < count; i++)
        template->count += members[i].count;
    miner->templates_count++;
}

/* The shapes [from, to) are of one structure. */
static void mine_group(struct miner *miner, struct arena *scratch, uint32_t from, uint32_t to)
{
    const uint32_t count = to - from;
    struct form *forms = arena_push_many(scratch, struct form, count);
    const struct form **order = arena_push_many(scratch, const struct form *, count);
    struct form *members = arena_push_many(scratch, struct form, count);
    for (uint32_t i = 0; i < count; i++) {
        forms[i] = form_of(&miner->entries[from + i]);
        order[i] = &forms[i];
    }
    generalise(scratch, forms, count);
    qsort(order, count, sizeof *order, compare_forms);
    for (uint32_t i = 0, n; i < count; i += n) {
        for (n = 0; i + n < count && (n == 0 || is_same(order[i], order[i + n])); n++) {
            const uint32_t entry = from + (uint32_t)(order[i + n] - forms);
            members[n] = *order[i + n];
            miner->entries[entry].template = miner->templates_count;
            memcpy(miner->wild[entry], members[n].wild, sizeof members[n].wild);
        }
        add_template(miner, members, n);
    }
}

/* Each template goes into the one of that number. */
static void merge_templates(struct miner *miner, struct arena *scratch, const uint32_t *into)
{
    const uint32_t count = miner->templates_count;
    uint32_t *number = arena_push_many(scratch, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        if (into[i] != i) {
            miner->templates[into[i]].count += miner->templates[i].count;
            miner->templates[into[i]].shapes += miner->templates[i].shapes;
        }
    miner->templates_count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (into[i] == i) {
            number[i] = miner->templates_count;
            miner->templates[miner->templates_count++] = miner->templates[i];
        }
    for (uint32_t i = 0; i < miner->count; i++)
        miner->entries[i].template = number[into[miner->entries[i].template]];
}

/* Templates that differ in the length of a list only are one. */
static void merge_lists(struct miner *miner, struct arena *scratch)
{
    const uint32_t count = miner->templates_count;
    uint32_t *into = arena_push_many(scratch, uint32_t, count);
    uint32_t *first = arena_push_many(scratch, uint32_t, count);
    struct str *short_text = arena_push_many(scratch, struct str, count);
    struct str *short_wild = arena_push_many(scratch, struct str, count);
    struct map known = map_new(scratch);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t seen = known.count;
        short_text[i] = miner->templates[i].text;
        short_wild[i] = absorb_repeats(miner->arena, miner->templates[i].wild, &short_text[i]);
        const uint32_t number = map_add(&known, short_wild[i]);
        if (number == seen)
            first[number] = i;
        into[i] = first[number];
        if (into[i] == i)
            continue;
        struct mined_template *template = &miner->templates[into[i]];
        if (str_compare(short_text[i], short_text[into[i]]) < 0)
            short_text[into[i]] = short_text[i]; /* whatever comes first */
        template->text = short_text[into[i]];
        template->wild = short_wild[into[i]];
    }
    merge_templates(miner, scratch, into);
}

/* Templates that are special cases of others go into them. */
static void absorb(struct miner *miner, struct arena *scratch)
{
    const uint32_t count = miner->templates_count;
    struct str *texts = arena_push_many(scratch, struct str, count);
    for (uint32_t i = 0; i < count; i++) {
        struct str shown = miner->templates[i].text;
        texts[i] = absorb_repeats(scratch, miner->templates[i].wild, &shown);
    }
    merge_templates(miner, scratch, absorb_templates(scratch, texts, count));
}

struct numbered {
    const struct mined_template *template;
    uint32_t number;
};

static int compare_templates(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    const int order = str_compare(x->template->text, y->template->text);
    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

/* By text, and where two are written alike by the order of their structures. */
static void order_templates(struct miner *miner, struct arena *scratch)
{
    const uint32_t count = miner->templates_count;
    struct numbered *order = arena_push_many(scratch, struct numbered, count);
    uint32_t *place = arena_push_many(scratch, uint32_t, count);
    struct mined_template *templates = arena_push_many(miner->arena, struct mined_template, count);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct numbered){&miner->templates[i], i};
    qsort(order, count, sizeof *order, compare_templates);
    for (uint32_t i = 0; i < count; i++) {
        templates[i] = *order[i].template;
        place[order[i].number] = i;
    }
    for (uint32_t i = 0; i < miner->count; i++)
        miner->entries[i].template = place[miner->entries[i].template];
    miner->templates = templates;
}

void miner_finish(struct miner *miner)
{
    assert(!miner->finished);
    prune(miner);
    miner->finished = true;
    struct arena *scratch = arena_new("structure");
    miner->templates = arena_push_many(scratch, struct mined_template, miner->count);
    miner->wild = arena_alloc(miner->arena, miner->count * sizeof *miner->wild);
    struct arena *group = arena_new("structure");
    for (uint32_t from = 0, to; from < miner->count; from = to) {
        for (to = from; to < miner->count && miner->entries[to].group == miner->entries[from].group;
             to++)
            miner->kept_messages += miner->entries[to].count;
        mine_group(miner, group, from, to);
        arena_reset(group);
    }
    arena_free(group);
    merge_lists(miner, scratch);
    absorb(miner, scratch);
    order_templates(miner, scratch);
    arena_free(scratch);
}

uint32_t miner_templates_count(const struct miner *miner)
{
    return miner->templates_count;
}

const struct mined_template *miner_template(const struct miner *miner, uint32_t number)
{
    assert(number < miner->templates_count);
    return &miner->templates[number];
}

uint32_t miner_template_of(const struct miner *miner, uint64_t shape)
{
    const uint32_t slot = miner->slots[slot_of(miner, shape)];
    return slot != 0 ? miner->entries[slot - 1].template : MINER_NONE;
}

uint64_t miner_messages(const struct miner *miner)
{
    return miner->messages;
}

uint64_t miner_dropped(const struct miner *miner)
{
    return miner->messages - miner->kept_messages;
}

size_t miner_bytes(const struct miner *miner)
{
    return arena_used_bytes(miner->arena) + arena_used_bytes(miner->texts[0]) +
           arena_used_bytes(miner->texts[1]);
}

size_t miner_parameters(const struct miner *miner, struct str message, struct parameter *out,
                        size_t max)
{
    struct shape shape;
    mask_message(message, &shape);
    const uint32_t slot = miner->slots[slot_of(miner, shape.hash)];
    if (slot == 0)
        return 0;
    struct form form = form_of(&miner->entries[slot - 1]);
    memcpy(form.wild, miner->wild[slot - 1], sizeof form.wild);
    size_t count = 0;
    for (uint32_t i = 0; i < form.atoms_count && count < max; i++) {
        const struct atom *atom = &shape.atoms[i];
        const bool wild = form_is_wild(&form, i);
        const struct str text = form_atom(&form, i);
        const enum entity entity = wild ? filled_entity(text) : atom_entity(text);
        if (entity == ENTITY_WORD && !wild)
            continue;
        out[count++] = (struct parameter){
            .value = str_slice(message, atom->start, atom->end),
            .entity = entity_after(word_before(&form, i), entity),
        };
    }
    return count;
}
