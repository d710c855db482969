/* SPDX-License-Identifier: Apache-2.0 */
#include "text/template.h"

#include "base/arena.h"
#include "base/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX ((size_t)4096)
#define WORDS_MAX 14        /* what follows is payload more often than text */
#define LOCATION_WITHIN 200 /* a place in the code stands near the start of a line */
#define NESTING_MAX 8

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '.';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool template_level_is_bad(struct str level)
{
    static const char *const bad[] = {"error",  "err",   "fatal", "critical", "crit",
                                      "severe", "panic", "emerg", "alert"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (level.len == strlen(bad[i]) && strncasecmp(level.ptr, bad[i], level.len) == 0)
            return true;
    return false;
}

/* ---- exceptions ---- */

/* A word that ends in Exception or Error and is more than that: a class, not a complaint. */
static bool is_exception(struct str word)
{
    return isupper((unsigned char)word.ptr[0]) &&
           ((str_ends(word, STR("Exception")) && word.len > 9) ||
            (str_ends(word, STR("Error")) && word.len > 5));
}

struct str template_exception(struct str line)
{
    line = str_slice(line, 0, LINE_MAX);
    for (size_t at = 0; at < line.len;) {
        size_t end = at;
        while (end < line.len && is_word_char(line.ptr[end]))
            end++;
        const struct str word = str_slice(line, at, end);
        size_t dot = word.len;
        while (dot > 0 && word.ptr[dot - 1] != '.')
            dot--;
        const struct str name = str_slice(word, dot, word.len);
        if (name.len > 0 && is_exception(name))
            return word;
        at = end + 1;
    }
    return STR("");
}

/* ---- a place in the code ---- */

static bool is_source_suffix(struct str word)
{
    static const char *const suffixes[] = {".java", ".go",  ".py", ".js", ".ts", ".cs", ".rb",
                                           ".cc",   ".cpp", ".c",  ".rs", ".kt", ".php"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (str_ends(word, str_of(suffixes[i])))
            return true;
    return false;
}

/* "Class#31" or "file.py:31": a name, a mark and a number. Empty where there is none. */
static struct str location_of(struct str line)
{
    line = str_slice(line, 0, LOCATION_WITHIN);
    for (size_t mark = 1; mark + 1 < line.len; mark++) {
        if ((line.ptr[mark] != '#' && line.ptr[mark] != ':') || !is_digit(line.ptr[mark + 1]))
            continue;
        size_t from = mark, to = mark + 1;
        while (from > 0 && (is_word_char(line.ptr[from - 1]) || line.ptr[from - 1] == '/'))
            from--;
        while (to < line.len && is_digit(line.ptr[to]))
            to++;
        const struct str name = str_slice(line, from, mark);
        const bool named = name.len > 1 && isalpha((unsigned char)name.ptr[0]);
        if (named && (line.ptr[mark] == '#' || is_source_suffix(name)))
            return str_slice(line, from, to);
    }
    return STR("");
}

/* ---- the text that is meant ---- */

/* The value of "message" or "msg" of a line that is JSON; the line itself where it is none. */
static struct str message_of(struct str line)
{
    static const char *const keys[] = {"\"message\":\"", "\"msg\":\"", "\"message\": \"",
                                       "\"msg\": \""};
    if (line.len == 0 || line.ptr[0] != '{')
        return line;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const size_t at = str_find(line, str_of(keys[i]));
        if (at == STR_NPOS)
            continue;
        const size_t from = at + strlen(keys[i]);
        size_t to = from;
        while (to < line.len && line.ptr[to] != '"')
            to += line.ptr[to] == '\\' ? 2 : 1;
        return str_slice(line, from, to);
    }
    return line;
}

static char closing_of(char c)
{
    switch (c) {
    case '(':
        return ')';
    case '{':
        return '}';
    case '"':
        return '"';
    default:
        return '\0';
    }
}

/* The end of a payload in brackets or quotes that begins at `at`; `at` where it does not end. */
static size_t payload_end(struct str line, size_t at)
{
    char open[NESTING_MAX];
    int depth = 0;
    for (size_t i = at; i < line.len; i++) {
        const char c = line.ptr[i];
        if (depth > 0 && c == open[depth - 1]) {
            if (--depth == 0)
                return i + 1;
        } else if (closing_of(c) && depth < NESTING_MAX) {
            open[depth++] = closing_of(c);
        }
    }
    return at;
}

/* Writes what stands for a word, with <*> where the program filled something in. */
struct writing {
    struct buf text;
    struct buf like;
    bool wild; /* the last thing written was a wildcard */
};

static void write_wild(struct writing *write)
{
    if (!write->wild) {
        buf_add(&write->text, STR("<*>"));
        buf_add(&write->like, STR("%"));
    }
    write->wild = true;
}

/* White space and control characters stand for any stretch of them. */
static void like_char(struct buf *like, char c)
{
    const bool blank = (unsigned char)c <= 0x20;
    if (c == '%' || c == '_' || c == '\\')
        buf_add_char(like, '\\');
    buf_add_char(like, blank ? '%' : c);
}

static void write_char(struct writing *write, char c)
{
    const bool space = isspace((unsigned char)c) != 0;
    if (space && write->text.len > 0 && write->text.ptr[write->text.len - 1] == ' ')
        return;
    buf_add_char(&write->text, space ? ' ' : c);
    like_char(&write->like, c);
    write->wild = false;
}

static bool has_digit(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (is_digit(word.ptr[i]))
            return true;
    return false;
}

static void write_words(struct writing *write, struct str line)
{
    int words = 0;
    for (size_t at = 0; at < line.len && words < WORDS_MAX;) {
        if (isspace((unsigned char)line.ptr[at])) {
            write_char(write, ' ');
            at++;
            continue;
        }
        const size_t payload = closing_of(line.ptr[at]) ? payload_end(line, at) : at;
        if (payload > at) {
            write_wild(write);
            at = payload;
            continue;
        }
        size_t end = at + 1;
        while (end < line.len && !isspace((unsigned char)line.ptr[end]) &&
               !closing_of(line.ptr[end]))
            end++;
        const struct str word = str_slice(line, at, end);
        words++;
        if (has_digit(word)) {
            write_wild(write);
        } else {
            for (size_t i = 0; i < word.len; i++)
                write_char(write, word.ptr[i]);
        }
        at = end;
    }
}

/* At most LINE_MAX bytes, without a part of a character of UTF-8 at the end. */
static struct str cut(struct str line)
{
    size_t to = line.len < LINE_MAX ? line.len : LINE_MAX;
    for (int i = 0; i < 3 && to < line.len && to > 0 && (line.ptr[to] & 0xc0) == 0x80; i++)
        to--;
    return str_slice(line, 0, to);
}

static void like_literal(struct buf *like, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        like_char(like, text.ptr[i]);
    buf_add(like, STR("%"));
}

/* Both in the order of the line; where they overlap, what they cover together. */
static void like_place(struct buf *like, struct str location, struct str exception)
{
    const bool swapped = exception.len > 0 && exception.ptr < location.ptr;
    struct str first = swapped ? exception : location;
    const struct str second = swapped ? location : exception;
    if (second.len > 0 && second.ptr < first.ptr + first.len) {
        const size_t len = (size_t)(second.ptr + second.len - first.ptr);
        first.len = len > first.len ? len : first.len;
        like_literal(like, first);
        return;
    }
    like_literal(like, first);
    if (second.len > 0)
        like_literal(like, second);
}

struct template template_of(struct arena *arena, struct str line, struct str level)
{
    line = cut(line);
    struct writing write = {.text = buf_new(arena), .like = buf_new(arena)};
    const struct str exception = template_exception(line);
    const struct str location = location_of(line);
    buf_add(&write.like, STR("%"));
    if (location.len > 0) {
        buf_printf(&write.text, "%.*s%s%.*s%s%.*s", STR_ARG(level), level.len > 0 ? " " : "",
                   STR_ARG(location), exception.len > 0 ? " " : "", STR_ARG(exception));
        like_place(&write.like, location, exception);
    } else {
        write_words(&write, message_of(line));
        buf_add(&write.like, STR("%"));
    }
    return (struct template){
        .text = buf_str(&write.text),
        .like = buf_str(&write.like),
        .failing = exception.len > 0 || str_find_no_case(line, STR("error")) != STR_NPOS ||
                   template_level_is_bad(level),
    };
}
