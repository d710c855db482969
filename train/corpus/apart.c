/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact hashes of all runs rather than a filter that is wrong now and then: a document has hundreds
 * of runs, and one false hit would throw it away.
 */
#include "train/corpus/apart.h"

#include "base/arena.h"
#include "base/map.h"
#include "text/minhash.h"

#include <stdio.h>
#include <unistd.h>

#define SLOTS_START ((uint64_t)1 << 14)
#define LIST "eval/sets"
#define LIST_LINES_MAX 1000
#define PATH_BYTES_MAX 1024
#define SKETCH_BYTES_MAX 16384 /* of a document with what was mended; of longer texts the start */

struct apart {
    struct arena *arena;
    uint64_t *slots; /* hashes; 0: empty */
    uint64_t slots_count, used;
    struct minhash_index *index;
    struct map cases;
    uint32_t folders, documents;
};

struct apart *apart_new(struct arena *arena)
{
    struct apart *apart = arena_push(arena, struct apart);
    apart->arena = arena;
    apart->slots_count = SLOTS_START;
    apart->slots = arena_push_many(arena, uint64_t, SLOTS_START);
    apart->index = minhash_index_new(arena);
    apart->cases = map_new(arena);
    return apart;
}

/* Where it stands, or would stand. */
static uint64_t *slot_of(const struct apart *apart, uint64_t hash)
{
    uint64_t at = hash & (apart->slots_count - 1);
    while (apart->slots[at] != 0 && apart->slots[at] != hash)
        at = (at + 1) & (apart->slots_count - 1);
    return &apart->slots[at];
}

static void widen(struct apart *apart)
{
    const uint64_t *const old = apart->slots;
    const uint64_t old_count = apart->slots_count;
    apart->slots_count *= 2;
    apart->slots = arena_push_many(apart->arena, uint64_t, apart->slots_count);
    for (uint64_t i = 0; i < old_count; i++)
        if (old[i] != 0)
            *slot_of(apart, old[i]) = old[i];
}

static bool add_run(struct apart *apart, uint64_t hash, struct err *err)
{
    hash |= (uint64_t)(hash == 0);
    uint64_t *slot = slot_of(apart, hash);
    if (*slot == hash)
        return true;
    if (apart->used == APART_RUNS_MAX)
        return err_set(err, ERR_OVER_BUDGET,
                       "more to be kept apart than fits: name fewer folders and check the rest in "
                       "a second run over what comes out");
    *slot = hash;
    if (++apart->used * 2 > apart->slots_count)
        widen(apart);
    return true;
}

/*
 * Of a text without its digits: one with a number in each dozen words shares no run with itself at
 * another time, and still is the same.
 */
static void sketch(struct str text, struct minhash *out)
{
    char bytes[SKETCH_BYTES_MAX];
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < sizeof bytes; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            bytes[len++] = text.ptr[i];
    minhash_of((struct str){bytes, len}, out);
}

static bool take(void *state, const struct document *document, struct err *err)
{
    struct apart *apart = state;
    struct shingles runs = shingles_of(document->text, APART_RUN);
    struct minhash minhash;
    uint64_t hash;
    bool ok = true;
    while (ok && shingles_next(&runs, &hash))
        ok = add_run(apart, hash, err);
    sketch(document->text, &minhash);
    if (ok && minhash.shingles > 0 && minhash_index_find(apart->index, &minhash) == MINHASH_NONE)
        ok = minhash_index_add(apart->index, &minhash) != MINHASH_NONE ||
             err_set(err, ERR_OVER_BUDGET, "more than %u documents to be kept apart",
                     MINHASH_TEXTS_MAX);
    apart->documents++;
    return ok;
}

/* Numbers and pictures of an evaluation set are not what a model could remember. */
static void pass_over(void *state, enum passed_over why, struct str source, const char *what)
{
    (void)state;
    if (why == PASSED_UNREADABLE)
        fprintf(stderr, "warroom train: kept apart, but not read: %.*s: %s\n", STR_ARG(source),
                what);
}

static void hear_alert(void *state, struct str key)
{
    map_add(&((struct apart *)state)->cases, key);
}

bool apart_add(struct apart *apart, const char *path, struct err *err)
{
    struct gather gather = {.take = take, .pass = pass_over, .alert = hear_alert, .state = apart};
    apart->folders++;
    return gather_source(&gather, path, err);
}

bool apart_add_known(struct apart *apart, uint32_t *found, struct err *err)
{
    *found = 0;
    FILE *file = fopen(LIST, "re");
    char line[PATH_BYTES_MAX];
    bool ok = true;
    for (int lines = 0; ok && file && lines < LIST_LINES_MAX && fgets(line, sizeof line, file);
         lines++) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' || line[0] == '#' || access(line, R_OK) != 0)
            continue;
        ok = apart_add(apart, line, err);
        (*found)++;
    }
    if (file)
        fclose(file);
    return ok;
}

enum apart_why apart_judge(const struct apart *apart, struct str text)
{
    struct shingles runs = shingles_of(text, APART_RUN);
    struct minhash minhash;
    uint64_t hash;
    while (shingles_next(&runs, &hash))
        if (*slot_of(apart, hash | (uint64_t)(hash == 0)) != 0)
            return APART_OVERLAPS;
    sketch(text, &minhash);
    return minhash_index_find(apart->index, &minhash) == MINHASH_NONE ? APART_CLEAN
                                                                      : APART_RESEMBLES;
}

bool apart_has_case(const struct apart *apart, struct str alert_key)
{
    return map_find(&apart->cases, alert_key) != MAP_NONE;
}

struct apart_counts apart_counts(const struct apart *apart)
{
    return (struct apart_counts){.folders = apart->folders,
                                 .documents = apart->documents,
                                 .cases = apart->cases.count,
                                 .runs = apart->used};
}
