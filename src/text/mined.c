/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From shapes to templates: within a structure shapes are generalised, what is equal then is one
 * template; over all structures, lists of different length and special cases are merged. The same
 * set of shapes gives the same templates: each step goes through them in an order by content.
 */
#include "text/miner_inside.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "text/absorb.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIND_TRIES_MAX 64 /* shapes that one of the same structure is held against */

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

/* A unit that the number before it has chosen: both are one slot. */
static bool is_scaled(const struct form *form, uint32_t atom)
{
    return atom < form->atoms_count && form_is_wild(form, atom) && form_is_unit(form, atom);
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
        if (is_scaled(form, i))
            continue;
        write_text(write, gap);
        const bool wild = form_is_wild(form, i);
        enum entity entity = wild ? filled_entity(atom) : atom_entity(atom);
        for (uint32_t k = 1; (wild || entity != ENTITY_WORD) && k < count; k++)
            entity = join(entity, filled_entity(form_atom(&forms[k], i)));
        if (!wild)
            write_text(write, fixed_text(form, i));
        if (wild || entity != ENTITY_WORD)
            write_slot(write, is_scaled(form, i + 1) ? ENTITY_SIZE
                                                     : entity_after(word_before(form, i), entity));
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

/*
 * What was dropped of a structure is counted with the template of what was kept, if that is one:
 * then the kept are a sample of shapes that differ in what is filled in.
 */
static void take_leftover(struct miner *miner, uint64_t group, uint32_t first)
{
    const struct leftover *leftover = miner_leftover_of(miner, group);
    if (!leftover || miner->templates_count != first + 1)
        return;
    miner->templates[first].count += leftover->count;
    miner->kept_messages += leftover->count;
}

/* The shapes [from, to) are of one structure. */
static void mine_group(struct miner *miner, struct arena *scratch, uint32_t from, uint32_t to)
{
    const uint32_t count = to - from, first = miner->templates_count;
    struct form *forms = arena_push_many(scratch, struct form, count);
    const struct form **order = arena_push_many(scratch, const struct form *, count);
    struct form *members = arena_push_many(scratch, struct form, count);
    for (uint32_t i = 0; i < count; i++) {
        forms[i] = form_of(&miner->entries[from + i]);
        order[i] = &forms[i];
    }
    generalise(scratch, forms, count, miner_leftover_of(miner, miner->entries[from].group));
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
    take_leftover(miner, miner->entries[from].group, first);
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

/* Templates that are special cases of others go into them; lists are looked at as one of a kind. */
static void absorb(struct miner *miner, struct arena *scratch)
{
    const uint32_t count = miner->templates_count;
    struct str *text = arena_push_many(scratch, struct str, count);
    struct str *wild = arena_push_many(scratch, struct str, count);
    for (uint32_t i = 0; i < count; i++) {
        text[i] = miner->templates[i].text;
        wild[i] = absorb_repeats(miner->arena, miner->templates[i].wild, &text[i]);
    }
    const uint32_t *into = absorb_templates(scratch, wild, count);
    for (uint32_t i = 0; i < count; i++)
        if (into[i] != i) {
            miner->templates[into[i]].text = text[into[i]];
            miner->templates[into[i]].wild = wild[into[i]];
        }
    merge_templates(miner, scratch, into);
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
    miner_prune(miner);
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
    const uint32_t entry = miner_entry_of(miner, shape);
    return entry != MINER_NONE ? miner->entries[entry].template : MINER_NONE;
}

/* Does a shape of the same structure have all that is fixed in the form? */
static bool is_of_form(const struct shape *shape, const struct form *form)
{
    for (uint32_t i = 0; i < form->atoms_count; i++) {
        const struct str text = {shape->text + shape->atoms[i].from,
                                 (size_t)(shape->atoms[i].to - shape->atoms[i].from)};
        const size_t slot = atom_entity(text) != ENTITY_WORD;
        if (!form_is_wild(form, i) &&
            ((slot > 0) != is_slot(form, i) ||
             !str_eq(str_slice(text, 0, text.len - slot), fixed_text(form, i))))
            return false;
    }
    return true;
}

static uint32_t first_of_group(const struct miner *miner, uint64_t group)
{
    uint32_t from = 0, to = miner->count;
    while (from < to) {
        const uint32_t middle = from + (to - from) / 2;
        if (miner->entries[middle].group < group)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

uint32_t miner_find(const struct miner *miner, struct str message)
{
    struct shape shape;
    mask_message(message, &shape);
    const uint64_t group = miner_group_of(&shape);
    const uint32_t entry = miner_entry_of(miner, shape.hash);
    if (entry != MINER_NONE)
        return miner->entries[entry].template;
    uint32_t i = first_of_group(miner, group);
    for (uint32_t tries = 0; tries < FIND_TRIES_MAX && i < miner->count; tries++, i++) {
        struct form form = form_of(&miner->entries[i]);
        memcpy(form.wild, miner->wild[i], sizeof form.wild);
        if (miner->entries[i].group != group)
            break;
        if (is_of_form(&shape, &form))
            return miner->entries[i].template;
    }
    return MINER_NONE;
}

uint64_t miner_dropped(const struct miner *miner)
{
    return miner->messages - miner->kept_messages;
}

size_t miner_parameters_of(const struct miner *miner, struct str message, const struct shape *shape,
                           struct parameter *out, size_t max)
{
    const uint32_t entry = miner_entry_of(miner, shape->hash);
    if (entry == MINER_NONE)
        return 0;
    struct form form = form_of(&miner->entries[entry]);
    memcpy(form.wild, miner->wild[entry], sizeof form.wild);
    size_t count = 0;
    for (uint32_t i = 0; i < form.atoms_count && count < max; i++) {
        const struct atom *atom = &shape->atoms[i];
        const bool wild = form_is_wild(&form, i);
        const struct str text = form_atom(&form, i);
        const enum entity entity = wild ? filled_entity(text) : atom_entity(text);
        if (entity == ENTITY_WORD && !wild)
            continue;
        if (is_scaled(&form, i) && count > 0) {
            struct str *value = &out[count - 1].value;
            *value = str_slice(message, (size_t)(value->ptr - message.ptr), atom->end);
            out[count - 1].entity = ENTITY_SIZE;
            continue;
        }
        out[count++] = (struct parameter){
            .value = str_slice(message, atom->start, atom->end),
            .entity = entity_after(word_before(&form, i), entity),
        };
    }
    return count;
}

size_t miner_parameters(const struct miner *miner, struct str message, struct parameter *out,
                        size_t max)
{
    struct shape shape;
    mask_message(message, &shape);
    return miner_parameters_of(miner, message, &shape, out, max);
}
