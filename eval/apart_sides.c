/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/apart_sides.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "train/corpus/gather.h"
#include "train/log_grammar.h"
#include "train/texts.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BYTES_MAX ((size_t)16 << 20)
#define DEPTH_MAX 8
#define SEED 1              /* of all experts that texts are made for: models/ names it */
#define GRAMMAR_LINES 30000 /* train/log_learn.c draws as many */

static bool full(struct err *err)
{
    return err_set(err, ERR_OVER_BUDGET, "more than %d texts", PILE_TEXTS_MAX);
}

/* ---- what it is judged by ---- */

static bool add_values(struct arena *arena, struct pile *pile, const json_t *value, struct buf *all,
                       struct str source)
{
    const char *name;
    const json_t *member;
    size_t i;
    bool ok = true;
    if (json_is_string(value)) {
        const struct str text = str_of(json_string_value(value));
        buf_printf(all, "%.*s\n", STR_ARG(text));
        ok = pile_add_lines(pile, text, source);
    } else if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, name, member) ok =
            ok && add_values(arena, pile, member, all, source);
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, member) ok =
            ok && add_values(arena, pile, member, all, source);
    }
    return ok;
}

/* A line of JSON: each text in it, and all of them together. */
static bool add_json(struct arena *arena, struct pile *pile, struct str line, struct str source)
{
    struct buf all = buf_new(arena);
    json_t *root = json_loadb(line.ptr, line.len, 0, NULL);
    const bool ok = add_values(arena, pile, root, &all, source);
    json_decref(root);
    return ok && pile_add(pile, buf_str(&all), source);
}

static bool add_cells(struct pile *pile, struct str line, struct str source)
{
    struct str rest = line, cell;
    bool ok = pile_add(pile, line, source);
    while (ok && str_split(&rest, '\t', &cell))
        ok = pile_add(pile, cell, source);
    return ok;
}

static bool add_data(struct arena *arena, struct pile *pile, const char *path, struct err *err)
{
    struct str text, line;
    const bool is_json = str_ends(str_of(path), STR(".jsonl"));
    if (!file_read(arena, path, BYTES_MAX, &text, err))
        return false;
    for (uint32_t number = 1; str_split(&text, '\n', &line); number++) {
        const struct str source = str_printf(arena, "%s:%u", path, number);
        if (str_starts(line, STR("#")))
            continue;
        if (is_json ? !add_json(arena, pile, line, source) : !add_cells(pile, line, source))
            return full(err);
    }
    return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_below(struct arena *arena, struct pile *pile, const char *path, int depth,
                      struct err *err)
{
    struct stat about;
    struct dirent **entries = NULL;
    const struct str name = str_of(path);
    if (lstat(path, &about) != 0)
        return err_set(err, ERR_NOT_FOUND, "%s: it is not there: run this in the repository", path);
    if (S_ISREG(about.st_mode))
        return (!str_ends(name, STR(".jsonl")) && !str_ends(name, STR(".tsv"))) ||
               add_data(arena, pile, path, err);
    const int count =
        S_ISDIR(about.st_mode) && depth < DEPTH_MAX ? scandir(path, &entries, NULL, by_name) : 0;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        if (ok && entries[i]->d_name[0] != '.')
            ok = add_below(arena, pile, str_printf(arena, "%s/%s", path, entries[i]->d_name).ptr,
                           depth + 1, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool take(void *state, const struct document *document, struct err *err)
{
    return pile_add_lines(state, document->text, document->source) || full(err);
}

static void pass_over(void *state, enum passed_over why, struct str source, const char *what)
{
    (void)state;
    if (why == PASSED_UNREADABLE)
        fprintf(stderr, "warroom eval: %.*s is not read: %s\n", STR_ARG(source), what);
}

bool apart_source(struct pile *pile, const char *path, struct err *err)
{
    struct gather gather = {.take = take, .pass = pass_over, .state = pile};
    return gather_source(&gather, path, err);
}

bool apart_items(struct arena *arena, struct pile *items, struct err *err)
{
    return add_below(arena, items, "eval", 0, err) &&
           apart_source(items, "examples/incidents", err);
}

/* ---- what was learned from ---- */

static struct str join(struct arena *arena, struct str name, struct str sentence, uint64_t *seed)
{
    (void)seed;
    return str_printf(arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(sentence));
}

/* One of each: copies differ in names and numbers that fill their slots. */
static bool add_made(struct arena *arena, struct pile *pile, const struct text_row *rows,
                     const char *source)
{
    const struct labelled_texts made = texts_make(arena, rows, 1, join, SEED);
    bool ok = true;
    for (uint32_t i = 0; ok && i < made.count; i++)
        ok = pile_add(pile, made.items[i].text, str_of(source));
    return ok;
}

static bool add_grammar(struct arena *arena, struct pile *pile)
{
    uint64_t state = SEED;
    bool ok = true;
    for (uint32_t i = 0; ok && i < GRAMMAR_LINES; i++) {
        struct buf buf = buf_new(arena);
        struct grammar_line line;
        grammar_draw(&state, &buf, &line);
        ok = pile_add(pile, line.text, STR("train/log_grammar.c"));
    }
    return ok;
}

bool apart_learned(struct arena *arena, char *const *paths, struct pile *learned, struct err *err)
{
    if (!add_made(arena, learned, alert_rows, "train/alert_texts.c") ||
        !add_made(arena, learned, thrown_rows, "train/thrown_texts.c") ||
        !add_grammar(arena, learned))
        return full(err);
    if (!apart_source(learned, "train/corpus/seeds.txt", err))
        return false;
    for (; *paths; paths++)
        if (!apart_source(learned, *paths, err))
            return false;
    return true;
}
