/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hunk is worth as many different clues as its changed lines have, for a setting or a function
 * that the alert names is seldom named alone; of equals the first.
 */
#include "culprit/patch.h"

#include "base/arena.h"
#include "base/buf.h"

#define HUNKS_MAX 256
#define FILES_MAX 64
#define SCOPES_MAX 256
#define LINE_CHARS_MAX 200 /* of an excerpt: nobody reads minified code at night */

struct patch patch_of(struct str text)
{
    return (struct patch){.rest = str_slice(text, 0, PATCH_BYTES_MAX)};
}

/* ---- reading ---- */

/* "12,3" of "@@ -12,3 +14 @@": how many lines; 1 where it is not said. */
static uint32_t take_count(struct str *text)
{
    uint64_t count = 1;
    size_t at = 0;
    while (at < text->len && text->ptr[at] >= '0' && text->ptr[at] <= '9')
        at++;
    if (at < text->len && text->ptr[at] == ',')
        for (at++, count = 0; at < text->len && text->ptr[at] >= '0' && text->ptr[at] <= '9'; at++)
            if (count < PATCH_BYTES_MAX)
                count = count * 10 + (uint64_t)(text->ptr[at] - '0');
    *text = str_slice(*text, at, text->len);
    return (uint32_t)count;
}

static bool read_hunk(struct patch *patch, struct str line, struct str *scope)
{
    if (!str_starts(line, STR("@@ -")))
        return false;
    line = str_slice(line, 4, line.len);
    const uint32_t old_count = take_count(&line);
    if (!str_starts(line, STR(" +")))
        return false;
    line = str_slice(line, 2, line.len);
    const uint32_t new_count = take_count(&line);
    if (!str_starts(line, STR(" @@")))
        return false;
    patch->old_left = old_count;
    patch->new_left = new_count;
    *scope = str_trim(str_slice(line, 3, line.len));
    return true;
}

/* "b/src/a.c" without what stands for the side; empty: there is no file on it. */
static struct str path_of(struct str text)
{
    struct str path = text;
    size_t end = 0;
    while (end < path.len && path.ptr[end] != '\t')
        end++;
    path = str_trim(str_slice(path, 0, end));
    if (str_eq(path, STR("/dev/null")))
        return (struct str){0};
    return str_starts(path, STR("a/")) || str_starts(path, STR("b/")) ? str_slice(path, 2, path.len)
                                                                      : path;
}

static struct patch_line read_header(struct patch *patch, struct str line)
{
    struct str text;
    if (read_hunk(patch, line, &text))
        return (struct patch_line){PATCH_SCOPE, text};
    if (str_starts(line, STR("--- ")))
        patch->old_path = path_of(str_slice(line, 4, line.len));
    if (!str_starts(line, STR("+++ ")))
        return (struct patch_line){PATCH_OTHER, line};
    text = path_of(str_slice(line, 4, line.len));
    return (struct patch_line){PATCH_FILE, text.len > 0 ? text : patch->old_path};
}

bool patch_next(struct patch *patch, struct patch_line *out)
{
    struct str line;
    if (!str_split(&patch->rest, '\n', &line))
        return false;
    const char sign = line.len > 0 ? line.ptr[0] : ' ';
    const struct str text = str_slice(line, 1, line.len);
    const bool is_hunk = patch->old_left > 0 || patch->new_left > 0;
    if (is_hunk && sign == '+' && patch->new_left > 0) {
        patch->new_left--;
        *out = (struct patch_line){PATCH_ADDED, text};
    } else if (is_hunk && sign == '-' && patch->old_left > 0) {
        patch->old_left--;
        *out = (struct patch_line){PATCH_REMOVED, text};
    } else if (is_hunk && (sign == ' ' || sign == '\\')) {
        patch->old_left -= sign == ' ' && patch->old_left > 0;
        patch->new_left -= sign == ' ' && patch->new_left > 0;
        *out = (struct patch_line){PATCH_KEPT, text};
    } else {
        patch->old_left = patch->new_left = 0; /* the hunk was cut short */
        *out = read_header(patch, line);
    }
    return true;
}

bool patch_is_one(struct str text)
{
    struct patch patch = patch_of(text);
    struct patch_line line;
    while (patch_next(&patch, &line))
        if (line.kind == PATCH_SCOPE)
            return true;
    return false;
}

/* ---- telling a change ---- */

static void add_file(struct change *change, struct str path)
{
    if (path.len > 0 && change->files_count < FILES_MAX)
        change->files[change->files_count++] = (struct change_file){.path = path};
}

void patch_tell(struct arena *arena, struct str detail, struct change *change)
{
    struct patch patch = patch_of(detail);
    struct patch_line line;
    if (detail.len == 0)
        return;
    change->words = arena_grow(arena, change->words, change->words_count * sizeof *change->words,
                               (change->words_count + 1) * sizeof *change->words);
    if (!patch_is_one(detail)) {
        change->words[change->words_count++] = (struct change_word){.word = detail, .count = 1};
        return;
    }
    const bool names_files = change->files_count > 0;
    if (!names_files)
        change->files = arena_push_many(arena, struct change_file, FILES_MAX);
    const bool has_scopes = change->scopes_count > 0;
    if (!has_scopes)
        change->scopes = arena_push_many(arena, struct change_word, SCOPES_MAX);
    struct buf words = buf_new(arena);
    while (patch_next(&patch, &line)) {
        if (line.kind == PATCH_FILE && !names_files)
            add_file(change, line.text);
        if (line.kind == PATCH_SCOPE && line.text.len > 0 && !has_scopes &&
            change->scopes_count < SCOPES_MAX)
            change->scopes[change->scopes_count++] = (struct change_word){line.text, 1};
        if (line.kind != PATCH_ADDED && line.kind != PATCH_REMOVED)
            continue;
        buf_add(&words, line.text);
        buf_add_char(&words, '\n');
    }
    change->words[change->words_count++] = (struct change_word){buf_str(&words), 1};
}

/* ---- an excerpt ---- */

struct hunk {
    struct str file;
    struct patch from; /* behind its header */
    uint32_t clues;
};

/* How many of the clues stand in its changed lines; each is counted once. */
static uint32_t count_clues(struct patch patch, const struct clues *clues, uint32_t *seen,
                            uint32_t hunk)
{
    uint32_t count = 0;
    struct patch_line line;
    while ((patch.old_left > 0 || patch.new_left > 0) && patch_next(&patch, &line)) {
        if (line.kind != PATCH_ADDED && line.kind != PATCH_REMOVED)
            continue;
        struct terms terms = {.rest = line.text};
        struct term term;
        while (terms_next(&terms, &term))
            for (uint32_t i = 0; i < clues->count; i++)
                if (seen[i] != hunk && !clues->items[i].trouble &&
                    str_eq(clues->items[i].word, term.text)) {
                    seen[i] = hunk;
                    count++;
                }
    }
    return count;
}

static uint32_t find_hunks(struct arena *arena, struct str text, const struct clues *clues,
                           struct hunk *hunks)
{
    uint32_t *seen = arena_push_many(arena, uint32_t, clues->count);
    struct patch patch = patch_of(text);
    struct patch_line line;
    struct str file = {0};
    uint32_t count = 0;
    while (count < HUNKS_MAX && patch_next(&patch, &line)) {
        if (line.kind == PATCH_FILE)
            file = line.text;
        if (line.kind != PATCH_SCOPE)
            continue;
        hunks[count] = (struct hunk){.file = file, .from = patch};
        count++;
        hunks[count - 1].clues = count_clues(patch, clues, seen, count);
    }
    return count;
}

/* The one with the most clues that has not been shown; the first of equals. */
static struct hunk *best_hunk(struct hunk *hunks, uint32_t count, const bool *shown)
{
    struct hunk *best = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (!shown[i] && (!best || hunks[i].clues > best->clues))
            best = &hunks[i];
    return best;
}

static void put_line(struct buf *out, char sign, struct str text)
{
    buf_add_char(out, sign);
    buf_add(out, str_slice(text, 0, LINE_CHARS_MAX));
    buf_add_char(out, '\n');
}

static uint32_t put_hunk(struct buf *out, const struct hunk *hunk, struct str *file, uint32_t left)
{
    struct patch patch = hunk->from;
    struct patch_line line;
    if (!str_eq(*file, hunk->file) && left > 1) {
        put_line(out, ' ', hunk->file);
        *file = hunk->file;
        left--;
    }
    while (left > 0 && (patch.old_left > 0 || patch.new_left > 0) && patch_next(&patch, &line))
        if (line.kind == PATCH_ADDED || line.kind == PATCH_REMOVED) {
            put_line(out, line.kind == PATCH_ADDED ? '+' : '-', line.text);
            left--;
        }
    return left;
}

struct str patch_excerpt(struct arena *arena, struct str text, const struct clues *clues,
                         uint32_t lines_max)
{
    struct hunk *hunks = arena_push_many(arena, struct hunk, HUNKS_MAX);
    bool *shown = arena_push_many(arena, bool, HUNKS_MAX);
    const uint32_t count = find_hunks(arena, text, clues, hunks);
    struct buf out = buf_new(arena);
    struct str file = {0};
    struct hunk *hunk;
    uint32_t told = 0;
    for (uint32_t left = lines_max; left > 0 && (hunk = best_hunk(hunks, count, shown));) {
        if (told > 0 && hunk->clues == 0)
            break; /* what the alert does not name is not shown beside what it names */
        left = put_hunk(&out, hunk, &file, left);
        shown[hunk - hunks] = true;
        told += hunk->clues;
    }
    return buf_str(&out);
}
