/* SPDX-License-Identifier: Apache-2.0 */
#include "text/template.h"

#include "base/arena.h"
#include "base/buf.h"
#include "text/level.h"

#include <ctype.h>
#include <string.h>

#define LINE_MAX ((size_t)4096)
#define LOCATION_WITHIN 200 /* a place in the code stands near the start of a line */

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '.';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- exceptions ---- */

/* Most lines name none, and to see that is quick. */
static bool may_name_exception(struct str line)
{
    return str_contains(line, STR("Exception")) || str_contains(line, STR("Error"));
}

/*
 * A word that ends in Exception or Error and is more than that, or has a package before it as
 * "System.Exception" has: a class, not a complaint.
 */
static bool is_exception(struct str word, bool qualified)
{
    return isupper((unsigned char)word.ptr[0]) &&
           ((str_ends(word, STR("Exception")) && (qualified || word.len > 9)) ||
            (str_ends(word, STR("Error")) && (qualified || word.len > 5)));
}

struct str template_exception(struct str line)
{
    line = str_slice(line, 0, LINE_MAX);
    if (!may_name_exception(line))
        return STR("");
    for (size_t at = 0; at < line.len;) {
        size_t end = at;
        while (end < line.len && is_word_char(line.ptr[end]))
            end++;
        const struct str word = str_slice(line, at, end);
        size_t dot = word.len;
        while (dot > 0 && word.ptr[dot - 1] != '.')
            dot--;
        const struct str name = str_slice(word, dot, word.len);
        if (name.len > 0 && is_exception(name, dot > 1))
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
struct str template_place(struct str line)
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
struct str template_message(struct str line)
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

bool template_is_failing(struct str line, struct str level)
{
    line = str_slice(line, 0, LINE_MAX);
    return level_of_word(level) >= LEVEL_ERROR || template_exception(line).len > 0 ||
           str_find_no_case(line, STR("error")) != STR_NPOS;
}

/* ---- patterns ---- */

/* White space stands for any stretch of it; so does what a shape has written as a question mark. */
static void like_char(struct buf *like, char c)
{
    const bool any = (unsigned char)c <= 0x20 || c == '?' || c == 0x7f;
    if (c == '%' || c == '_' || c == '\\')
        buf_add_char(like, '\\');
    buf_add_char(like, any ? '%' : c);
}

static void like_literal(struct buf *like, struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        like_char(like, text.ptr[i]);
    buf_add(like, STR("%"));
}

struct str template_like(struct arena *arena, struct str wild)
{
    struct buf like = buf_new(arena);
    buf_add(&like, STR("%"));
    for (size_t at; (at = str_find(wild, STR("<*>"))) != STR_NPOS;) {
        like_literal(&like, str_slice(wild, 0, at));
        wild = str_slice(wild, at + 3, wild.len);
    }
    like_literal(&like, wild);
    return buf_str(&like);
}

/* Both in the order of the line; where they overlap, what they cover together. */
struct str template_like_place(struct arena *arena, struct str place, struct str exception)
{
    struct buf like = buf_new(arena);
    const bool swapped = exception.len > 0 && exception.ptr < place.ptr;
    struct str first = swapped ? exception : place;
    const struct str second = swapped ? place : exception;
    const bool overlap = second.len > 0 && second.ptr < first.ptr + first.len;
    buf_add(&like, STR("%"));
    if (overlap && second.ptr + second.len > first.ptr + first.len)
        first.len = (size_t)(second.ptr + second.len - first.ptr);
    like_literal(&like, first);
    if (second.len > 0 && !overlap)
        like_literal(&like, second);
    return buf_str(&like);
}
