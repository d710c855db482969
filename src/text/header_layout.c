/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts that somebody has configured: log4j, logback, Python's logging, loguru, Android, and what
 * programs print by themselves. All of them put the same few things before the message, so they are
 * told by what they are and not by where they stand: a time, a level, digits (process, then
 * thread), something in brackets (thread, then component), a name before a colon or a dash
 * (component), a place in the source. The first thing that is none of these begins the message.
 *
 * "INFO word: msg" may be a logger's name or the message's own first word. If most lines of a file
 * have one it is a name; header.c finds out.
 */
#include "text/header_lines.h"

#include <string.h>

#define ITEMS_MAX 8       /* things before a message */
#define BRACKET_MAX 160   /* bytes in brackets that are still a name */
#define COMPONENT_MAX 120 /* bytes of a logger's name: a Java class with its packages */
#define WRITER_MAX 48     /* bytes of a program's name before the time */
#define PIPES_MAX 5       /* fields of "TIME|a|b|msg" */

struct layout {
    struct str rest;
    const struct header_asking *asking;
    struct header *out;
    uint32_t items; /* beside the time */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_name_char(char c)
{
    static const bool yes[256] = {
        ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['_'] = true,
        ['.'] = true,         ['$'] = true,         ['-'] = true,         ['/'] = true,
        ['<'] = true,         ['>'] = true,         ['@'] = true,         ['#'] = true,
        ['~'] = true,         ['*'] = true,         ['%'] = true,
    };
    return yes[(unsigned char)c];
}

static char first_of(struct str text)
{
    return text.len > 0 ? text.ptr[0] : '\0';
}

/* Blanks, and a dash, pipe or colon between blanks. */
static void skip_separators(struct layout *layout)
{
    struct str rest = header_behind(layout->rest, 0);
    size_t marks = 0;
    while (marks < rest.len && marks < 3 && (rest.ptr[marks] == '-' || rest.ptr[marks] == '|'))
        marks++;
    if (marks == 0 && rest.len > 1 && rest.ptr[0] == ':' && is_blank(rest.ptr[1]))
        marks = 1;
    if (marks > 0 && (marks == rest.len || is_blank(rest.ptr[marks]) || rest.ptr[0] == '|'))
        rest = header_behind(rest, marks);
    layout->rest = rest;
}

/* The length of the word at the front, up to a blank, bracket, colon or pipe. */
static size_t word_len(struct str text)
{
    size_t len = 0;
    while (len < text.len && is_name_char(text.ptr[len]))
        len++;
    return len;
}

static bool take_level(struct layout *layout)
{
    const struct str rest = layout->rest;
    size_t len = 0;
    while (len < rest.len && len < 14 &&
           (((rest.ptr[len] | 0x20) >= 'a' && (rest.ptr[len] | 0x20) <= 'z') ||
            (len > 0 && rest.ptr[len] >= '1' && rest.ptr[len] <= '5')))
        len++;
    if (layout->out->level != LEVEL_NONE || (len < rest.len && is_name_char(rest.ptr[len])))
        return false;
    const struct str word = str_slice(rest, 0, len);
    const bool capital = len > 0 && word.ptr[0] >= 'A' && word.ptr[0] <= 'Z';
    enum level level = LEVEL_NONE;
    if (len == 1 && layout->out->pid.len > 0 && rest.len > 1 && is_blank(rest.ptr[1]))
        level = level_of_letter(word.ptr[0]); /* Android: 1702  2395 D Tag: msg */
    else if (capital || layout->items > 0 || layout->out->has_time)
        level = level_of_word(word);
    if (level == LEVEL_NONE)
        return false;
    layout->out->level = level;
    const size_t colon = first_of(str_slice(rest, len, rest.len)) == ':';
    layout->rest = str_slice(rest, len + colon, rest.len);
    return true;
}

static bool take_number(struct layout *layout)
{
    size_t len = 0;
    while (len < layout->rest.len && layout->rest.ptr[len] >= '0' && layout->rest.ptr[len] <= '9')
        len++;
    const struct str rest = str_slice(layout->rest, len, layout->rest.len);
    struct header *out = layout->out;
    /* a number before the message may be its first word, so something must go with it */
    if (len == 0 || len > 10 || (!is_blank(first_of(rest)) && first_of(rest) != '|') ||
        (out->pid.len > 0 && out->thread.len > 0))
        return false;
    const struct str behind = header_behind(rest, 0);
    const bool more = first_of(behind) == '-' || first_of(behind) == '[' ||
                      (behind.len > 1 && is_blank(behind.ptr[1])) ||
                      (first_of(behind) >= '0' && first_of(behind) <= '9') ||
                      first_of(behind) == '|' ||
                      level_of_word(str_slice(behind, 0, word_len(behind))) != LEVEL_NONE;
    if (!more)
        return false;
    *(out->pid.len == 0 ? &out->pid : &out->thread) = str_slice(layout->rest, 0, len);
    layout->rest = rest;
    return true;
}

/* "app,4bf92f3577b34da6,00f067aa0ba902b7" of Spring, "trace_id=4bf9... span_id=..." */
static struct str trace_in(struct str text)
{
    static const char *const names[] = {"trace_id=", "traceId=", "traceID=", "trace="};
    const bool has_comma = text.len > 0 && memchr(text.ptr, ',', text.len);
    const bool has_name =
        text.len > 0 && memchr(text.ptr, '=', text.len) && str_contains(text, STR("trace"));
    for (size_t i = 0; has_name && i < sizeof names / sizeof *names; i++) {
        const size_t at = str_find(text, str_of(names[i]));
        if (at == STR_NPOS)
            continue;
        const struct str rest = str_slice(text, at + strlen(names[i]), text.len);
        size_t len = 0;
        while (len < rest.len && memchr("0123456789abcdefABCDEF-", rest.ptr[len], 23))
            len++;
        return str_slice(rest, 0, len);
    }
    struct str rest = text, part;
    while (has_comma && str_split(&rest, ',', &part)) {
        size_t len = 0;
        while (len < part.len && memchr("0123456789abcdef", part.ptr[len], 16))
            len++;
        if ((len == 16 || len == 32) && len == part.len)
            return part;
    }
    return STR("");
}

static void keep_bracket(struct header *out, struct str text)
{
    const struct str trace_id = trace_in(text);
    if (trace_id.len > 0 && out->trace_id.len == 0) {
        out->trace_id = trace_id;
        return;
    }
    if (header_is_number(text) && out->pid.len == 0) {
        out->pid = text;
        return;
    }
    /* "worker-1:Listener@493" of log4j's %t:%C{1}@%L */
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] >= '0' && text.ptr[at - 1] <= '9')
        at--;
    size_t colon = at;
    if (at < text.len && at > 0 && text.ptr[at - 1] == '@')
        while (colon > 0 && text.ptr[colon - 1] != ':')
            colon--;
    if (colon > 0 && colon < at) {
        out->source = str_slice(text, colon, text.len);
        out->component = str_slice(text, colon, at - 1);
        text = str_slice(text, 0, colon - 1);
    }
    if (out->thread.len == 0)
        out->thread = text;
    else if (out->component.len == 0)
        out->component = text;
}

/* Where the bracket that `text` begins with closes: "[worker[id=1]/0:0]" is one. 0: nowhere near.
 */
static size_t end_of_bracket(struct str text)
{
    const char *at = text.ptr + 1;
    const char *const end = text.ptr + (text.len <= BRACKET_MAX ? text.len : BRACKET_MAX + 1);
    for (size_t open = 1; at < end;) {
        const char *close = memchr(at, ']', (size_t)(end - at));
        if (!close)
            break;
        for (; (at = memchr(at, '[', (size_t)(close - at))); at++)
            open++;
        if (--open == 0)
            return (size_t)(close - text.ptr);
        at = close + 1;
    }
    return 0;
}

static bool take_bracket(struct layout *layout)
{
    const struct str rest = layout->rest;
    if (first_of(rest) != '[')
        return false;
    const size_t end = end_of_bracket(rest);
    if (end == 0)
        return false;
    const struct str inside = str_trim(str_slice(rest, 1, end));
    const enum level level = layout->out->level == LEVEL_NONE ? level_of_word(inside) : LEVEL_NONE;
    if (level != LEVEL_NONE)
        layout->out->level = level;
    else
        keep_bracket(layout->out, inside);
    const size_t colon = end + 1 < rest.len && rest.ptr[end + 1] == ':';
    layout->rest = str_slice(rest, end + 1 + colon, rest.len);
    return true;
}

/* "(Orders.java:31)", "orders.py:31", "shop.orders:place:31" */
static bool take_source(struct layout *layout)
{
    struct str rest = layout->rest;
    const bool round = first_of(rest) == '(';
    rest = str_slice(rest, round, rest.len);
    const size_t name = word_len(rest);
    size_t end = name, digits = 0;
    for (int parts = 0; parts < 2 && end < rest.len && rest.ptr[end] == ':' && digits == 0;
         parts++) {
        const struct str part = str_slice(rest, end + 1, rest.len);
        const size_t len = word_len(part);
        if (header_is_number(str_slice(part, 0, len)))
            digits = len;
        else if (len == 0)
            return false;
        end += 1 + len;
    }
    const struct str behind = str_slice(rest, end, rest.len);
    const char mark = first_of(behind);
    if (name == 0 || digits == 0 || !((rest.ptr[0] | 0x20) >= 'a' && (rest.ptr[0] | 0x20) <= 'z') ||
        (round ? mark != ')' : mark != ' ' && mark != ':' && mark != ']') ||
        layout->out->source.len > 0)
        return false;
    layout->out->source = str_slice(rest, 0, end);
    const size_t colon = behind.len > 1 && behind.ptr[1] == ':';
    layout->rest = str_slice(behind, round || mark != ' ' ? 1 + colon : 0, behind.len);
    return true;
}

/*
 * "com.shop.Orders: msg", "com.shop.Orders - msg", "com.shop.Orders : msg". A dotted name needs no
 * more proof than that; another one counts where the file names components before a colon.
 */
static bool take_component(struct layout *layout)
{
    const struct str rest = layout->rest;
    struct header *out = layout->out;
    const size_t len = word_len(rest);
    if (out->component.len > 0 || len == 0 || len > COMPONENT_MAX || len == rest.len ||
        (rest.ptr[0] >= '0' && rest.ptr[0] <= '9') || rest.ptr[0] == '-' || rest.ptr[0] == '/')
        return false;
    const struct str behind = header_behind(rest, len);
    const bool spaced = is_blank(rest.ptr[len]);
    const bool colon = first_of(behind) == ':' && behind.len > 1 && is_blank(behind.ptr[1]);
    const bool dash =
        spaced && first_of(behind) == '-' && behind.len > 1 && is_blank(behind.ptr[1]);
    const bool dotted = memchr(rest.ptr, '.', len) != NULL && rest.ptr[len - 1] != '.';
    if (!(colon && (spaced || dotted || layout->asking->names_components)) && !dash)
        return false;
    out->component = str_slice(rest, 0, len);
    layout->rest = colon ? header_behind(behind, 1) : behind;
    return true;
}

/* The first byte says what need not be tried. */
static bool take_item(struct layout *layout)
{
    const char first = first_of(layout->rest);
    if (first == '[')
        return take_bracket(layout);
    if (first >= '0' && first <= '9')
        return take_number(layout);
    return take_level(layout) || take_source(layout) || take_component(layout);
}

static void take_items(struct layout *layout)
{
    for (int i = 0; i < ITEMS_MAX; i++) {
        skip_separators(layout);
        if (!take_item(layout))
            break;
        layout->items++;
    }
    layout->out->message = layout->rest;
}

/* "TIME|a|b|msg": whatever has no blank in it and another pipe behind it stands before the message.
 */
static void take_piped(struct layout *layout)
{
    for (int i = 0; i < PIPES_MAX; i++) {
        const struct str rest = header_behind(layout->rest, 1);
        const char *pipe = rest.len > 0 ? memchr(rest.ptr, '|', rest.len) : NULL;
        const struct str part =
            str_trim(str_slice(rest, 0, pipe ? (size_t)(pipe - rest.ptr) : rest.len));
        layout->rest = rest;
        if (!pipe || part.len == 0 || part.len > COMPONENT_MAX || memchr(part.ptr, ' ', part.len))
            break;
        struct header *out = layout->out;
        if (out->level == LEVEL_NONE && level_of_word(part) != LEVEL_NONE)
            out->level = level_of_word(part);
        else if (header_is_number(part) && out->pid.len == 0)
            out->pid = part;
        else if (out->component.len == 0)
            out->component = part;
        else if (out->thread.len == 0)
            out->thread = part;
        layout->items++;
        layout->rest = str_slice(rest, (size_t)(pipe - rest.ptr), rest.len);
    }
    take_items(layout);
}

/* A time, in brackets or not; false: there is none. */
static bool take_time(struct layout *layout)
{
    struct str rest = layout->rest;
    const bool bracket = first_of(rest) == '[';
    rest = str_slice(rest, bracket, rest.len);
    const size_t len = header_take_time(rest, layout->asking, layout->out);
    const struct str behind = str_slice(rest, len, rest.len);
    if (len == 0 || (bracket && first_of(behind) != ']') ||
        (!bracket && behind.len > 0 && !memchr(" \t|]:-", behind.ptr[0], 6)))
        return false;
    layout->rest = str_slice(behind, bracket, behind.len);
    return true;
}

/* "update-tool 2026-11-22 01:02:03: msg": who writes, and then the time. */
static bool take_writer_and_time(struct layout *layout)
{
    const struct str rest = layout->rest;
    const size_t len = word_len(rest);
    if (len == 0 || len > WRITER_MAX || len == rest.len || !is_blank(rest.ptr[len]))
        return false;
    layout->rest = header_behind(rest, len);
    if (!take_time(layout)) {
        layout->rest = rest;
        return false;
    }
    layout->out->program = str_slice(rest, 0, len);
    layout->items++;
    return true;
}

static bool read_layout(struct layout *layout)
{
    const bool timed = take_time(layout) || take_writer_and_time(layout);
    if (!timed)
        take_items(layout); /* the time may come later: "INFO [main] 2026-11-22 ..." */
    if (!timed && layout->items > 0 && take_time(layout)) {
        take_items(layout);
        return true;
    }
    if (!timed)
        return false;
    layout->rest = header_behind(layout->rest, 0);
    if (first_of(layout->rest) == '|')
        take_piped(layout);
    else
        take_items(layout);
    return true;
}

bool header_log4j_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct layout layout = {.rest = line, .asking = asking, .out = out};
    return read_layout(&layout) && layout.items > 0;
}

/* What one logger writes before it is configured, or as its manual's first example has it. */
bool header_python_line(struct str line, const struct header_asking *asking, struct header *out)
{
    const size_t word = word_len(line);
    const struct str behind = str_slice(line, word, line.len);
    const size_t name = word_len(str_slice(behind, 1, behind.len));
    if (first_of(behind) == ':' && name > 0 && name + 1 < behind.len &&
        behind.ptr[name + 1] == ':' && word > 0 && line.ptr[0] >= 'A' && line.ptr[0] <= 'Z' &&
        line.ptr[word - 1] <= 'Z') {
        out->level = level_of_word(str_slice(line, 0, word));
        out->component = str_slice(behind, 1, name + 1);
        out->message = str_slice(behind, name + 2, behind.len);
        return out->level != LEVEL_NONE;
    }
    struct layout layout = {.rest = line, .asking = asking, .out = out};
    const struct str separator = STR(" - ");
    if (!take_time(&layout) || !str_starts(layout.rest, separator))
        return false;
    struct str rest = str_slice(layout.rest, 3, layout.rest.len);
    const size_t name_end = str_find(str_slice(rest, 0, COMPONENT_MAX), separator);
    if (name_end == STR_NPOS || word_len(rest) != name_end)
        return false;
    out->component = str_slice(rest, 0, name_end);
    rest = str_slice(rest, name_end + 3, rest.len);
    const size_t level_end = str_find(str_slice(rest, 0, 16), separator);
    out->level = level_end == STR_NPOS ? LEVEL_NONE : level_of_word(str_slice(rest, 0, level_end));
    out->message = level_end == STR_NPOS ? rest : str_slice(rest, level_end + 3, rest.len);
    return out->level != LEVEL_NONE;
}

/* "ERROR: msg", "[warn] msg", "INFO  [main] c.s.Orders - msg" */
bool header_levelled_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct layout layout = {.rest = line, .asking = asking, .out = out};
    if (first_of(line) != '[' ? !take_level(&layout)
                              : !take_bracket(&layout) || out->level == LEVEL_NONE)
        return false;
    const char mark = first_of(layout.rest);
    const bool capitals = line.len > 2 && line.ptr[2] <= 'Z';
    if (layout.rest.len > 0 && !is_blank(mark) && layout.rest.ptr[-1] != ':')
        return false;
    if (first_of(line) != '[' && !capitals && layout.rest.ptr[-1] != ':')
        return false; /* "Error while ..." is a sentence */
    take_items(&layout);
    return true;
}

bool header_stamped_line(struct str line, const struct header_asking *asking, struct header *out)
{
    struct layout layout = {.rest = line, .asking = asking, .out = out};
    if (!take_time(&layout))
        return false;
    skip_separators(&layout);
    out->message = layout.rest;
    return true;
}
