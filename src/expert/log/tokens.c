/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/tokens.h"

#define FNV_PRIME UINT64_C(0x100000001b3)
#define EXTENSION_MAX 6 /* letters: "scala", "groovy" */
#define HEX_TAIL_MIN 4  /* "Class@1f2e": of an object's name */
#define SHAPE_RUNS_MAX 12

enum {
    BLANK = 0,
    SOFT = 1, /* may stand inside of a token */
    MARK = 2, /* never does */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_small(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return is_small(c) || is_capital(c);
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static int class_of(char c)
{
    if ((unsigned char)c <= ' ' || c == 0x7f)
        return BLANK;
    return is_letter(c) || is_digit(c) || strchr(".:/-_@+~$\\", c) ? SOFT : MARK;
}

/* ---- cutting ---- */

struct cutting {
    struct tokens *out;
    bool after_blank;
};

static void put(struct cutting *cut, size_t start, size_t end, struct token token)
{
    struct tokens *out = cut->out;
    if (out->count == TOKENS_MAX || start >= end)
        return;
    token.start = (uint16_t)start;
    token.end = (uint16_t)end;
    token.is_first = cut->after_blank;
    cut->after_blank = false;
    out->items[out->count++] = token;
}

static void put_mark(struct cutting *cut, size_t at)
{
    put(cut, at, at + 1, (struct token){.is_mark = true});
}

/* "orders.py:31", "Pool.java:7": a name, a short extension, a line. */
static bool is_place(struct str text)
{
    size_t at = text.len;
    while (at > 0 && is_digit(text.ptr[at - 1]))
        at--;
    if (at == text.len || at < 4 || text.ptr[at - 1] != ':' || text.len - at > 6)
        return false;
    size_t dot = at - 1;
    while (dot > 0 && is_letter(text.ptr[dot - 1]))
        dot--;
    const size_t extension = at - 1 - dot;
    return dot > 1 && text.ptr[dot - 1] == '.' && extension > 0 && extension <= EXTENSION_MAX &&
           !is_digit(text.ptr[dot - 2]) &&
           str_find(str_slice(text, 0, at - 1), STR(":")) == STR_NPOS;
}

/* Where "Class@1f2e" has its mark; the length where it is none. */
static size_t object_mark(struct str text)
{
    const size_t at = str_find(text, STR("@"));
    if (at == STR_NPOS || at == 0 || text.len - at - 1 < HEX_TAIL_MIN)
        return text.len;
    for (size_t i = at + 1; i < text.len; i++)
        if (!is_hex(text.ptr[i]))
            return text.len;
    return at;
}

static char separator_in(struct str text)
{
    static const char separators[] = ":/+@~";
    for (const char *it = separators; *it; it++)
        if (memchr(text.ptr, *it, text.len))
            return *it;
    return '\0';
}

static void cut_part(struct cutting *cut, size_t start, size_t end);

static void cut_at(struct cutting *cut, size_t start, size_t end, char separator)
{
    const char *line = cut->out->line.ptr;
    for (size_t at = start; at < end;) {
        size_t to = at;
        while (to < end && line[to] != separator)
            to++;
        cut_part(cut, at, to);
        if (to < end)
            put_mark(cut, to);
        at = to + 1;
    }
}

static void put_whole(struct cutting *cut, size_t start, size_t end)
{
    const struct str text = str_slice(cut->out->line, start, end);
    const enum entity form = entity_of(text).entity;
    const size_t colon = str_find(text, STR(":"));
    if (form == ENTITY_HOST && colon != STR_NPOS) { /* a host and its port */
        cut_part(cut, start, start + colon);
        put_mark(cut, start + colon);
        cut_part(cut, start + colon + 1, end);
        return;
    }
    if (is_place(text)) {
        put(cut, start, end, (struct token){.form = ENTITY_WORD, .is_place = true});
        return;
    }
    const size_t mark = form == ENTITY_ID ? object_mark(text) : text.len;
    if (mark < text.len) {
        put(cut, start, start + mark, (struct token){.form = ENTITY_WORD});
        put_mark(cut, start + mark);
        put(cut, start + mark + 1, end, (struct token){.form = ENTITY_HEX});
        return;
    }
    const char separator = form == ENTITY_WORD ? separator_in(text) : '\0';
    if (separator)
        cut_at(cut, start, end, separator);
    else
        put(cut, start, end, (struct token){.form = (uint8_t)form});
}

static bool is_edge(char c)
{
    return strchr(".:-_@/+~", c) != NULL && c != '\0';
}

/* "-1" keeps its sign, "/var" and "./run" what they begin with; "/10.0.0.1" does not. */
static bool belongs_in_front(const char *line, size_t at, size_t end)
{
    const char c = line[at], next = at + 1 < end ? line[at + 1] : ' ';
    return (c == '-' && is_digit(next)) || (c == '_' && is_letter(next)) ||
           (c == '/' && (is_letter(next) || next == '.' || next == '_')) ||
           (c == '.' && (next == '/' || (next == '.' && at + 2 < end && line[at + 2] == '/')));
}

/* Dots that lead the eye: where two or more begin that are no part of "../". */
static size_t leader_of(const char *line, size_t start, size_t end)
{
    for (size_t i = start; i + 1 < end; i++)
        if (line[i] == '.' && line[i + 1] == '.' && !(i + 2 < end && line[i + 2] == '/'))
            return i;
    return end;
}

/* A part without blanks and marks, and without what stands at its edges. */
static void cut_part(struct cutting *cut, size_t start, size_t end)
{
    const char *line = cut->out->line.ptr;
    while (start < end) {
        while (start < end && is_edge(line[start]) && !belongs_in_front(line, start, end))
            put_mark(cut, start++);
        const size_t leader = leader_of(line, start, end);
        size_t to = leader;
        while (to > start && is_edge(line[to - 1]) && !(line[to - 1] == '/' && line[start] == '/'))
            to--;
        if (to > start)
            put_whole(cut, start, to);
        else if (start < end)
            put_mark(cut, to++);
        start = to;
    }
}

/* A URL or a path with a query goes on behind marks, to what cannot be part of it. */
static size_t end_of_address(struct str line, size_t start, size_t at)
{
    const struct str text = str_slice(line, start, at);
    if (at == line.len || line.ptr[at] == '\0' || !strchr("?%&=*", line.ptr[at]))
        return at;
    if (text.ptr[0] != '/' && str_find(text, STR("://")) == STR_NPOS)
        return at;
    while (at < line.len && class_of(line.ptr[at]) != BLANK &&
           !strchr("\"'<>()[]{},;", line.ptr[at]))
        at++;
    return at;
}

void tokens_cut(struct str line, struct tokens *out)
{
    struct cutting cut = {.out = out, .after_blank = true};
    out->line = str_slice(line, 0, TOKENS_BYTES_MAX);
    out->count = 0;
    line = out->line;
    for (size_t at = 0; at < line.len && out->count < TOKENS_MAX;) {
        const int class = class_of(line.ptr[at]);
        size_t to = at + 1;
        if (class == BLANK) {
            cut.after_blank = true;
        } else if (class == MARK) {
            put_mark(&cut, at);
        } else {
            while (to < line.len && class_of(line.ptr[to]) == SOFT)
                to++;
            const size_t whole = end_of_address(line, at, to);
            if (whole > to)
                put(&cut, at, whole, (struct token){.form = ENTITY_URL});
            else
                cut_part(&cut, at, to);
            to = whole;
        }
        at = to;
    }
}

/* ---- pieces ---- */

uint64_t piece_add(uint64_t hash, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const unsigned char small = (unsigned char)(is_capital(c) ? c | 0x20 : c);
        hash = (hash ^ small) * FNV_PRIME;
    }
    return hash;
}

uint64_t piece_mix(uint64_t hash, uint64_t number)
{
    return (hash ^ (number + 1)) * FNV_PRIME;
}

/* The last step of MurmurHash3: FNV's low bits alone are not mixed well enough. */
uint32_t piece_bucket(uint64_t hash, uint32_t buckets)
{
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    return (uint32_t)hash & (buckets - 1);
}

bool piece_word(struct str *name, struct str *word)
{
    const char *text = name->ptr;
    size_t from = 0;
    while (from < name->len && !is_letter(text[from]))
        from++;
    if (from == name->len)
        return false;
    size_t to = from + 1;
    if (is_capital(text[from]))
        while (to < name->len && is_capital(text[to]))
            to++;
    const bool all_capitals = to > from + 1;
    if (all_capitals && to < name->len && is_small(text[to]))
        to--; /* "HTTPServer": the last capital begins a word */
    else
        while (to < name->len && is_small(text[to]))
            to++;
    *word = str_slice(*name, from, to);
    *name = str_slice(*name, to, name->len);
    return true;
}

uint64_t piece_shape(struct str text)
{
    uint64_t hash = PIECE_NONE;
    char last = '\0';
    uint32_t runs = 0;
    for (size_t i = 0; i < text.len && runs < SHAPE_RUNS_MAX; i++) {
        const char c = text.ptr[i];
        const char run = is_small(c) ? 'a' : is_capital(c) ? 'A' : is_digit(c) ? 'd' : c;
        if (run == last)
            continue;
        hash = piece_mix(hash, (unsigned char)run);
        last = run;
        runs++;
    }
    return hash;
}
