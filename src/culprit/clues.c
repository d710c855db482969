/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that every text has are left out here, once, rather than weighed down later: they would
 * be most of the work. Which words are common among the changes is counted where they are scored.
 */
#include "culprit/clues.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

#include <string.h>

/* What people say of any trouble, whatever it is about; as term_stem() leaves them. */
static bool is_trouble(struct str word)
{
    static const char *const words[] = {
        "break",   "brok",    "broken", "bug",    "build",  "call",     "case",     "chang",
        "code",    "commit",  "compil", "crash",  "error",  "expect",   "fail",     "failur",
        "file",    "fix",     "follow", "get",    "happen", "introduc", "invalid",  "issue",
        "lead",    "line",    "log",    "messag", "miss",   "need",     "new",      "patch",
        "problem", "regress", "report", "revert", "run",    "see",      "seem",     "sinc",
        "start",   "still",   "stop",   "test",   "trac",   "undefin",  "unexpect", "use",
        "user",    "vers",    "warn",   "work",   "wrong",  NULL};
    for (const char *const *it = words; *it; it++)
        if (str_eq(word, str_of(*it)))
            return true;
    return false;
}

/* "30 s", "5 %": a threshold or a count. A port, a status or an error code has more digits. */
static bool is_small_number(struct term term)
{
    return term.kind == TERM_NUMBER && term.text.len < 3;
}

static void read_pair(struct str two, struct map *seen, struct clues *out)
{
    if (out->pairs_count == CLUES_MAX || map_find(seen, two) != MAP_NONE)
        return;
    const uint32_t number = map_add(seen, two);
    out->pairs[out->pairs_count++] = seen->keys[number];
}

static void read_words(struct arena *arena, struct str text, struct clues *out)
{
    struct map seen = map_new(arena);
    struct terms terms = {.rest = text};
    struct term term;
    struct pair pair = {0};
    struct map pairs = map_new(arena);
    out->pairs = arena_push_many(arena, struct str, CLUES_MAX);
    out->items = arena_push_many(arena, struct clue, CLUES_MAX);
    while (terms_next(&terms, &term)) {
        struct str two;
        if (pair_next(&pair, term, &two))
            read_pair(two, &pairs, out);
        if (term_is_common(term.text) || is_small_number(term))
            continue;
        uint32_t at = map_find(&seen, term.text);
        if (at == MAP_NONE && out->count == CLUES_MAX)
            continue;
        if (at == MAP_NONE) {
            at = map_add(&seen, term.text);
            out->items[out->count++] = (struct clue){
                .word = seen.keys[at], .kind = term.kind, .trouble = is_trouble(term.text)};
        }
        out->items[at].count++;
    }
}

/* ---- paths ---- */

static bool is_of_path(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("/._-+", c)) || (unsigned char)c >= 0x80;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "db.c", "go.mod", "upstream.conf": an ending of letters, and a name in front of it. */
static bool has_ending(struct str name)
{
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] != '.')
        at--;
    const size_t len = name.len - at;
    return at > 2 && len >= 1 && len <= 10 && is_letter(name.ptr[at]) &&
           !(len > 5 && name.ptr[at] <= 'Z'); /* "Foo.Method" is a name of code */
}

static bool is_path(struct str text)
{
    const char *slash = memchr(text.ptr, '/', text.len);
    return text.len >= 4 && text.len < 512 &&
           ((slash && slash != text.ptr + text.len - 1) || has_ending(text));
}

static struct str tidy(struct str text)
{
    while (text.len > 0 && strchr("./", text.ptr[0]))
        text = str_slice(text, 1, text.len);
    while (text.len > 0 && strchr("./-+", text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static void read_paths(struct arena *arena, struct str text, struct clues *out)
{
    struct map seen = map_new(arena);
    out->paths = arena_push_many(arena, struct str, CLUES_PATHS_MAX);
    for (size_t from = 0; from < text.len && out->paths_count < CLUES_PATHS_MAX;) {
        size_t to = from;
        while (to < text.len && is_of_path(text.ptr[to]))
            to++;
        const struct str path = tidy(str_slice(text, from, to));
        if (is_path(path) && map_find(&seen, path) == MAP_NONE) {
            const uint32_t number = map_add(&seen, path);
            out->paths[out->paths_count++] = seen.keys[number];
        }
        from = to + 1;
    }
}

struct clues clues_read(struct arena *arena, struct str text)
{
    struct clues clues = {.is_cut = text.len > CLUES_TEXT_BYTES_MAX};
    text = str_slice(text, 0, CLUES_TEXT_BYTES_MAX);
    read_words(arena, text, &clues);
    read_paths(arena, text, &clues);
    return clues;
}

struct str clues_text_of_alert(struct arena *arena, const struct alert *alert)
{
    struct buf text = buf_new(arena);
    const struct str parts[] = {alert->name, alert->service, alert->summary};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_add(&text, parts[i]);
        buf_add_char(&text, '\n');
    }
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        buf_add(&text, alert->labels[i].value);
        buf_add_char(&text, '\n');
    }
    return buf_str(&text);
}

struct clues clues_of_alert(struct arena *arena, const struct alert *alert)
{
    return clues_read(arena, clues_text_of_alert(arena, alert));
}

static bool has_term(struct str text, struct str word)
{
    struct terms terms = {.rest = text};
    struct term term;
    while (terms_next(&terms, &term))
        if (str_eq(term.text, word))
            return true;
    return false;
}

void clues_leave_out(struct clues *clues, struct str name)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < clues->count; i++)
        if (!has_term(name, clues->items[i].word))
            clues->items[kept++] = clues->items[i];
    clues->count = kept;
}
