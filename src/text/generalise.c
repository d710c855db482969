/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each position of each shape: which values do the shapes take there that are like it
 * everywhere else? So many of that kind make the position one that is filled in; see the numbers
 * below. What has become filled in no longer keeps shapes apart, so it is done again until nothing
 * changes.
 *
 * "Everywhere else" does not look at the digits of names, nor at what stands behind `=`: else two
 * values that always change together would hide each other.
 *
 * Drain (He et al., ICWS 2017) merges a line into the first group that shares enough words with it,
 * so "started" and "paused" meet in one, and the order of lines matters. IPLoM (Makanju et al., KDD
 * 2009) splits by positions with few values and knows the whole log. Here, too, all shapes are
 * known, and nothing is merged by being alike: only by what a position takes.
 */
#include "text/generalise.h"

#include "base/arena.h"

#include <string.h>

#define ROUNDS_MAX 4

/*
 * So many different values make a position one that is filled in. Numbers, and names with digits in
 * them, count things: two are enough. Dotted names are of hosts, packages and files. Names that run
 * words together are made up by programmers, for things as well as for actions. Plain words are
 * states more often than values, and states are few: three are usual (up, down, unknown).
 */
#define VALUES_MIN_NUMBERED 2
#define VALUES_MIN_DOTTED 2
#define VALUES_MIN_NAMED 4
#define VALUES_MIN_PLAIN 7
#define VALUES_MIN_ANNOUNCED 3 /* in quotes, or behind a word that announces one: `user`, ... */
#define VALUES_MIN_FIRST 32    /* the first word says what the line is about */

/*
 * Nobody writes so many texts of one structure by hand. Then a position with so many values, or
 * with another one in every second shape, is filled in, whatever stands in the others.
 */
#define CROWD_SHAPES_MIN 256
#define CROWD_VALUES_MIN 64

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

enum kind { KIND_SLOT, KIND_NUMBERED, KIND_DOTTED, KIND_NAMED, KIND_PLAIN, KIND_UNIT, KINDS };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "org.x.action.SCREEN_ON": the name of a constant, however long the way to it. */
static bool is_constant(struct str atom)
{
    size_t from = atom.len;
    while (from > 0 && atom.ptr[from - 1] != '.')
        from--;
    for (size_t i = from; i < atom.len; i++)
        if (atom.ptr[i] >= 'a' && atom.ptr[i] <= 'z')
            return false;
    return from > 0 && from < atom.len;
}

/* What was thrown is what the line says. */
static bool is_exception(struct str atom)
{
    return str_ends(atom, STR("Exception")) || str_ends(atom, STR("Error"));
}

static enum kind kind_of(struct str atom)
{
    bool named = false, dotted = false;
    if (atom_entity(atom) != ENTITY_WORD)
        return KIND_SLOT;
    for (size_t i = 0; i < atom.len; i++) {
        const char c = atom.ptr[i];
        if (is_digit(c))
            return KIND_NUMBERED;
        const bool inner_capital = i > 0 && c >= 'A' && c <= 'Z' && atom.ptr[i - 1] >= 'a';
        dotted |= c == '.' || c == '/' || c == '@';
        named |= c == '_' || c == '$' || inner_capital;
    }
    if (dotted)
        return is_constant(atom) || is_exception(atom) ? KIND_NAMED : KIND_DOTTED;
    return named || atom.len == 1 ? KIND_NAMED : KIND_PLAIN;
}

/* "1.5 KB" and "17 B": a unit that is chosen by the number is a part of it. */
bool form_is_unit(const struct form *form, uint32_t atom)
{
    static const char *const units[] = {"B",   "KB",  "MB",  "GB",  "TB",    "kB",
                                        "KiB", "MiB", "GiB", "TiB", "Bytes", "bytes"};
    if (atom == 0 || atom_entity(form_atom(form, atom - 1)) == ENTITY_WORD ||
        form->atoms[atom].from - form->atoms[atom - 1].to != 1 ||
        form->text.ptr[form->atoms[atom].from - 1] != ' ')
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(form_atom(form, atom), str_of(units[i])))
            return true;
    return false;
}

static enum kind kind_at(const struct form *form, uint32_t atom)
{
    if (form_is_wild(form, atom))
        return KIND_SLOT;
    return form_is_unit(form, atom) ? KIND_UNIT : kind_of(form_atom(form, atom));
}

/* ---- families: shapes that are alike but for one position ---- */

struct family {
    uint64_t key;      /* 0: free */
    uint16_t values;   /* different ones */
    uint16_t patterns; /* different ones, but for their digits */
    uint16_t of_kind[KINDS];
};

struct families {
    struct family *slots;
    uint32_t mask;
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static struct family *family_at(const struct families *families, uint64_t key)
{
    key |= key == 0;
    for (uint32_t at = (uint32_t)key & families->mask;; at = (at + 1) & families->mask) {
        struct family *slot = &families->slots[at];
        if (slot->key == 0)
            slot->key = key;
        if (slot->key == key)
            return slot;
    }
}

/* ---- rounds ---- */

struct round {
    struct form *forms;
    uint32_t count;
    uint32_t atoms;
    uint64_t *values;   /* of each atom of each form, by form: a hash of what stands there */
    uint64_t *patterns; /* the same, of what stands there but for its digits */
    uint64_t *sums;     /* of the patterns of a form */
};

static uint64_t at_position(uint64_t hash, uint32_t position)
{
    return mix(hash + (position + 1) * 0x9E3779B97F4A7C15u);
}

/* All slots are alike: a number may be written as hex the next time. */
static uint64_t value_hash(struct str atom)
{
    if (atom_entity(atom) != ENTITY_WORD)
        return str_hash(str_slice(atom, 0, atom.len - 1)) + 1;
    return str_hash(atom);
}

static uint64_t pattern_hash(struct str atom)
{
    uint64_t hash = 14695981039346656037u;
    bool digits = false;
    for (size_t i = 0; i < atom.len; i++) {
        const bool digit = is_digit(atom.ptr[i]);
        if (!digit || !digits)
            hash = (hash ^ (unsigned char)(digit ? '0' : atom.ptr[i])) * 1099511628211u;
        digits = digit;
    }
    return hash;
}

#define WILD_HASH 0x5bd1e9955bd1e995u
#define UNIT_HASH 0x27d4eb2f165667c5u
#define VALUE_HASH 0x165667b19e3779f9u

/*
 * "name=db": what stands behind `=` does not tell lines apart that are alike in all other words.
 * Only while other positions are looked at: by itself it is filled in only if it takes many values.
 */
static bool is_value(const struct form *form, uint32_t atom)
{
    uint32_t at = form->atoms[atom].from;
    if (at > 0 && form->text.ptr[at - 1] == '"')
        at--;
    return at > 0 && form->text.ptr[at - 1] == '=';
}

static void hash_all(struct round *round)
{
    for (uint32_t f = 0; f < round->count; f++) {
        const struct form *form = &round->forms[f];
        round->sums[f] = 0;
        for (uint32_t i = 0; i < round->atoms; i++) {
            const struct str atom = form_atom(form, i);
            const bool wild = form_is_wild(form, i);
            const uint64_t value = wild ? WILD_HASH : value_hash(atom);
            const enum kind kind = kind_at(form, i);
            const uint64_t pattern = is_value(form, i)       ? VALUE_HASH
                                     : kind == KIND_NUMBERED ? pattern_hash(atom)
                                     : kind == KIND_UNIT     ? UNIT_HASH
                                                             : value;
            const size_t at = (size_t)f * round->atoms + i;
            round->values[at] = value;
            round->patterns[at] = at_position(pattern, i);
            round->sums[f] += round->patterns[at];
        }
    }
}

/* What all forms share that differ from this one in that atom alone, but for digits elsewhere. */
static uint64_t key_without(const struct round *round, uint32_t form, uint32_t atom)
{
    return mix(round->sums[form] - round->patterns[(size_t)form * round->atoms + atom] +
               (atom + 1) * 0xD6E8FEB86659FD93u);
}

static uint32_t table_size(uint64_t wanted)
{
    uint32_t size = 16;
    while (size < wanted * 2)
        size *= 2;
    return size;
}

static struct families families_new(struct arena *scratch, uint64_t wanted)
{
    const uint32_t size = table_size(wanted);
    return (struct families){arena_push_many(scratch, struct family, size), size - 1};
}

/* What has been met before. */
struct seen {
    uint64_t *keys; /* 0: free */
    uint32_t mask;
};

static struct seen seen_new(struct arena *scratch, uint64_t wanted)
{
    const uint32_t size = table_size(wanted);
    return (struct seen){arena_push_many(scratch, uint64_t, size), size - 1};
}

static bool is_new(const struct seen *seen, uint64_t key)
{
    key |= key == 0;
    uint32_t at = (uint32_t)key & seen->mask;
    while (seen->keys[at] != 0 && seen->keys[at] != key)
        at = (at + 1) & seen->mask;
    const bool new = seen->keys[at] == 0;
    seen->keys[at] = key;
    return new;
}

static bool is_word(const struct form *form, uint32_t atom)
{
    const struct str text = form_atom(form, atom);
    return !form_is_wild(form, atom) && text.len > 0 && atom_entity(text) == ENTITY_WORD;
}

static bool has_other_word(const struct form *form, uint32_t atom)
{
    for (uint32_t i = 0; i < form->atoms_count; i++)
        if (i != atom && is_word(form, i))
            return true;
    return false;
}

static bool has_word_before(const struct form *form, uint32_t atom)
{
    for (uint32_t i = 0; i < atom; i++)
        if (is_word(form, i))
            return true;
    return false;
}

/* "user root", "[main]", "'root'": the word before or the marks around say that a value comes. */
static bool is_announced(const struct form *form, uint32_t atom)
{
    static const char *const around[] = {"[]", "''", "\"\"", "<>", "``"};
    const struct span span = form->atoms[atom];
    const char before = span.from > 0 ? form->text.ptr[span.from - 1] : '\0';
    const char after = span.to < form->text.len ? form->text.ptr[span.to] : '\0';
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        if (before == around[i][0] && after == around[i][1])
            return true;
    return atom > 0 && is_word(form, atom - 1) && before == ' ' &&
           span.from - form->atoms[atom - 1].to == 1 &&
           entity_after(form_atom(form, atom - 1), ENTITY_WORD) != ENTITY_WORD;
}

static uint32_t values_wanted(const struct family *family, const struct form *form, uint32_t atom)
{
    const uint16_t *of_kind = family->of_kind;
    const uint32_t half = family->values / 2;
    const uint32_t numbered = of_kind[KIND_NUMBERED];
    const uint32_t dotted = numbered + of_kind[KIND_DOTTED];
    const uint32_t named = dotted + of_kind[KIND_NAMED];
    if (!has_other_word(form, atom) && numbered <= half)
        return UINT32_MAX; /* else the template would say nothing */
    if (of_kind[KIND_SLOT] > 0 || of_kind[KIND_UNIT] == family->values)
        return VALUES_MIN_NUMBERED;
    if (numbered > half && family->patterns < family->values)
        return VALUES_MIN_NUMBERED;
    if (!has_word_before(form, atom))
        return numbered > half ? VALUES_MIN_NAMED : VALUES_MIN_FIRST;
    if (of_kind[KIND_DOTTED] > half)
        return VALUES_MIN_DOTTED;
    if (is_announced(form, atom))
        return VALUES_MIN_ANNOUNCED;
    return named > half ? VALUES_MIN_NAMED : VALUES_MIN_PLAIN;
}

static bool is_filled_in(const struct family *family, const struct form *form, uint32_t atom)
{
    return family->values >= values_wanted(family, form, atom);
}

static void count_values(const struct round *round, const struct families *families,
                         const struct seen *seen)
{
    for (uint32_t f = 0; f < round->count; f++)
        for (uint32_t i = 0; i < round->atoms; i++) {
            const struct form *form = &round->forms[f];
            const uint64_t key = key_without(round, f, i);
            const uint64_t value = round->values[(size_t)f * round->atoms + i];
            if (!is_new(seen, mix(key + value)))
                continue;
            struct family *family = family_at(families, key);
            const enum kind kind = kind_at(form, i);
            const uint64_t pattern =
                kind == KIND_NUMBERED ? pattern_hash(form_atom(form, i)) : value;
            family->patterns =
                (uint16_t)(family->patterns + is_new(seen, mix(key ^ (pattern + 2))));
            family->values++;
            family->of_kind[kind]++;
        }
}

static bool run_round(struct arena *scratch, struct round *round)
{
    const uint64_t positions = (uint64_t)round->count * round->atoms;
    const struct families families = families_new(scratch, positions);
    const struct seen seen = seen_new(scratch, 2 * positions);
    hash_all(round);
    count_values(round, &families, &seen);
    bool changed = false;
    for (uint32_t f = 0; f < round->count; f++) {
        struct form *form = &round->forms[f];
        uint64_t wild[FORM_WORDS];
        memcpy(wild, form->wild, sizeof wild);
        for (uint32_t i = 0; i < round->atoms; i++)
            if (!form_is_wild(form, i) &&
                is_filled_in(family_at(&families, key_without(round, f, i)), form, i)) {
                wild[i / 64] |= (uint64_t)1 << (i % 64);
                changed = true;
            }
        memcpy(form->wild, wild, sizeof wild);
    }
    return changed;
}

static void thin_crowd(struct arena *scratch, struct round *round)
{
    const uint32_t half = round->count / 2;
    const uint32_t wanted = half < CROWD_VALUES_MIN ? half : CROWD_VALUES_MIN;
    hash_all(round);
    for (uint32_t i = 0; i < round->atoms; i++) {
        const struct seen seen = seen_new(scratch, round->count);
        uint32_t values = 0;
        for (uint32_t f = 0; f < round->count; f++)
            values += is_new(&seen, mix(round->values[(size_t)f * round->atoms + i]));
        for (uint32_t f = 0; values >= wanted && f < round->count; f++)
            round->forms[f].wild[i / 64] |= (uint64_t)1 << (i % 64);
        arena_reset(scratch);
    }
}

/* A program that scales one size scales them all. */
static void scale_units(struct form *form)
{
    bool any = false;
    for (uint32_t i = 0; i < form->atoms_count; i++)
        any |= form_is_wild(form, i) && form_is_unit(form, i);
    for (uint32_t i = 0; any && i < form->atoms_count; i++)
        if (form_is_unit(form, i))
            form->wild[i / 64] |= (uint64_t)1 << (i % 64);
}

void generalise(struct arena *scratch, struct form *forms, uint32_t count, bool is_sample)
{
    if (count < 2 || forms->atoms_count == 0)
        return;
    struct round round = {
        .forms = forms,
        .count = count,
        .atoms = forms->atoms_count,
        .values = arena_push_many(scratch, uint64_t, (size_t)count * forms->atoms_count),
        .patterns = arena_push_many(scratch, uint64_t, (size_t)count * forms->atoms_count),
        .sums = arena_push_many(scratch, uint64_t, count),
    };
    struct arena *tables = arena_new("families"); /* of one round: they may be large */
    bool changed = true;
    if (is_sample || count >= CROWD_SHAPES_MIN)
        thin_crowd(tables, &round);
    for (int i = 0; i < ROUNDS_MAX && changed; i++) {
        changed = run_round(tables, &round);
        arena_reset(tables);
    }
    arena_free(tables);
    for (uint32_t f = 0; f < count; f++)
        scale_units(&forms[f]);
}
