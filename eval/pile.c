/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/pile.h"

#include "base/arena.h"
#include "base/map.h"

#include <ctype.h>
#include <stdlib.h>

#define BINS_FIRST 16 /* what is compared first, half of each: 64 bytes a text */

struct run {
    uint64_t hash;
    uint32_t text;
};

struct pile {
    struct arena *arena;
    struct map seen; /* texts as they are compared */
    struct pile_text *items;
    uint32_t count, room;
    uint32_t (*firsts)[BINS_FIRST]; /* of each */
    struct run *runs;               /* by hash, then text */
    size_t runs_count, runs_room;
};

struct pile *pile_new(struct arena *arena)
{
    struct pile *pile = arena_push(arena, struct pile);
    *pile = (struct pile){.arena = arena, .seen = map_new(arena)};
    return pile;
}

/* Without digits, in small letters, one blank between words; how many words there are. */
static struct str plain(struct arena *arena, struct str text, uint32_t *words)
{
    char *bytes = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    bool inside = false;
    *words = 0;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (isdigit(c))
            continue;
        if (!isalpha(c) && c != '_' && c < 0x80) {
            inside = false;
            continue;
        }
        if (!inside && len > 0)
            bytes[len++] = ' ';
        *words += !inside;
        inside = true;
        bytes[len++] = (char)tolower(c);
    }
    bytes[len] = '\0';
    return (struct str){.ptr = bytes, .len = len};
}

static void add_runs(struct pile *pile, struct str text, uint32_t number)
{
    struct shingles runs = shingles_of(text, PILE_RUN);
    uint64_t hash;
    while (shingles_next(&runs, &hash)) {
        if (pile->runs_count == pile->runs_room) {
            const size_t room = pile->runs_room > 0 ? pile->runs_room * 2 : 4096;
            pile->runs = arena_grow(pile->arena, pile->runs, pile->runs_count * sizeof *pile->runs,
                                    room * sizeof *pile->runs);
            pile->runs_room = room;
        }
        pile->runs[pile->runs_count++] = (struct run){hash, number};
    }
}

static void take_first(const struct minhash *sketch, uint32_t *out)
{
    for (int i = 0; i < BINS_FIRST; i++)
        out[i] = (uint32_t)sketch->bins[i];
}

bool pile_add(struct pile *pile, struct str text, struct str source)
{
    uint32_t words;
    const struct str compared = plain(pile->arena, text, &words);
    const uint32_t known = pile->seen.count;
    if (words < PILE_WORDS_MIN || map_add(&pile->seen, compared) < known)
        return true;
    if (pile->count == PILE_TEXTS_MAX)
        return false;
    if (pile->count == pile->room) {
        const uint32_t room = pile->room > 0 ? pile->room * 2 : 256;
        pile->items = arena_grow(pile->arena, pile->items, pile->count * sizeof *pile->items,
                                 room * sizeof *pile->items);
        pile->firsts = arena_grow(pile->arena, pile->firsts, pile->count * sizeof *pile->firsts,
                                  room * sizeof *pile->firsts);
        pile->room = room;
    }
    struct pile_text *it = &pile->items[pile->count];
    *it = (struct pile_text){.text = str_copy(pile->arena, text),
                             .source = str_copy(pile->arena, source)};
    minhash_of(compared, &it->sketch);
    take_first(&it->sketch, pile->firsts[pile->count]);
    add_runs(pile, compared, pile->count++);
    return true;
}

bool pile_add_lines(struct pile *pile, struct str text, struct str source)
{
    struct str rest = text, line;
    bool ok = pile_add(pile, text, source);
    while (ok && str_split(&rest, '\n', &line))
        ok = pile_add(pile, line, source);
    return ok;
}

uint32_t pile_count(const struct pile *pile)
{
    return pile->count;
}

const struct pile_text *pile_text(const struct pile *pile, uint32_t number)
{
    return &pile->items[number];
}

static int by_hash(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->text > y->text) - (x->text < y->text);
}

void pile_close(struct pile *pile)
{
    if (pile->runs_count > 0)
        qsort(pile->runs, pile->runs_count, sizeof *pile->runs, by_hash);
}

/* The first text that has a run; NULL: none has. */
static const struct pile_text *with_run(const struct pile *pile, uint64_t hash)
{
    size_t low = 0, high = pile->runs_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (pile->runs[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < pile->runs_count && pile->runs[low].hash == hash
               ? &pile->items[pile->runs[low].text]
               : NULL;
}

/* Whether it is worth to look at the whole: of two texts at .74, not one pair in a thousand million
 * has none of the first bins in common; at .2, three in a hundred. */
static bool may_be_alike(const uint32_t *a, const uint32_t *b)
{
    uint32_t same = 0;
    for (int i = 0; i < BINS_FIRST; i++)
        same += a[i] == b[i];
    return same > 0;
}

bool nearest_is_near(const struct nearest *nearest)
{
    return nearest->has_run || nearest->alike >= MINHASH_ALIKE;
}

struct nearest pile_nearest(const struct pile *pile, const struct pile_text *text)
{
    struct arena *scratch = arena_new("pile");
    struct nearest nearest = {0};
    uint32_t words;
    uint32_t first[BINS_FIRST];
    uint64_t hash;
    take_first(&text->sketch, first);
    const struct str compared = plain(scratch, text->text, &words);
    /* what is shorter than a run is one by itself, and counts where it makes up half of the text */
    for (uint32_t size = PILE_RUN; size >= PILE_WORDS_MIN && !nearest.text; size--) {
        struct shingles runs = shingles_of(compared, size);
        while ((size == PILE_RUN || 2 * size >= words) && !nearest.text &&
               shingles_next(&runs, &hash))
            nearest.text = with_run(pile, hash);
    }
    if (nearest.text) {
        nearest.has_run = true;
        nearest.alike = minhash_alike(&nearest.text->sketch, &text->sketch);
    }
    for (uint32_t i = 0; !nearest.has_run && i < pile->count; i++) {
        const double alike = may_be_alike(pile->firsts[i], first)
                                 ? minhash_alike(&pile->items[i].sketch, &text->sketch)
                                 : 0.0;
        if (!nearest.text || alike > nearest.alike) {
            nearest.text = &pile->items[i];
            nearest.alike = alike;
        }
    }
    arena_free(scratch);
    return nearest;
}
