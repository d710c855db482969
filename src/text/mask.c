/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass with a table of characters. Most tokens are words, and the flags that were gathered
 * while looking for their end say so; only a token with a digit or a mark in it is looked at again.
 */
#include "text/mask.h"

#include "text/date.h"
#include "text/mask_list.h"

#include <string.h>

#define TOKEN_MAX 256 /* bytes; what is longer without a blank is data */

enum {
    LETTER = 1,
    DIGIT = 2,
    NOT_HEX = 4, /* a letter after f */
    COLON = 8,
    MARK = 16,   /* may be inside a token, and says nothing */
    STRONG = 32, /* may be inside a token, and asks for a second look */
    DOTS = 64,
    MONTH = 128, /* a letter that names of months begin with */
};

#define IS_TOKEN (LETTER | DIGIT | COLON | MARK | STRONG | DOTS)
#define LOOK_AGAIN (DIGIT | COLON | STRONG | DOTS)

static const uint8_t classes[256] = {
    ['0' ... '9'] = DIGIT,
    ['a' ... 'f'] = LETTER,
    ['g' ... 'z'] = LETTER | NOT_HEX,
    [0x80 ... 0xff] = LETTER | NOT_HEX,
    ['A'] = LETTER | MONTH,
    ['B' ... 'C'] = LETTER,
    ['D'] = LETTER | MONTH,
    ['E'] = LETTER,
    ['F'] = LETTER | MONTH,
    ['G' ... 'I'] = LETTER | NOT_HEX,
    ['J'] = LETTER | NOT_HEX | MONTH,
    ['K' ... 'L'] = LETTER | NOT_HEX,
    ['M' ... 'O'] = LETTER | NOT_HEX | MONTH,
    ['P' ... 'R'] = LETTER | NOT_HEX,
    ['S'] = LETTER | NOT_HEX | MONTH,
    ['T' ... 'Z'] = LETTER | NOT_HEX,
    [':'] = COLON,
    ['_'] = MARK | NOT_HEX,
    ['-'] = MARK | NOT_HEX,
    ['$'] = MARK | NOT_HEX,
    ['~'] = MARK | NOT_HEX,
    ['+'] = MARK | NOT_HEX,
    ['.'] = DOTS,
    ['/'] = STRONG,
    ['@'] = STRONG,
    ['\\'] = STRONG,
};

static uint8_t class_of(char c)
{
    return classes[(unsigned char)c];
}

/* The work on one message. */
struct masking {
    struct str message;
    struct shape *out;
    bool full;
    bool dated; /* there is a month, or two times: there may be a date */
    bool timed;
    struct mask_list list; /* what the last slots may become */
};

static void put_char(struct masking *mask, char c)
{
    struct shape *out = mask->out;
    if (out->len + 1 >= MASK_SHAPE_MAX)
        mask->full = true;
    else
        out->text[out->len++] = c == 0x7f ? '?' : c;
}

static void put_atom(struct masking *mask, size_t start, size_t end, struct entity_match match,
                     bool soft)
{
    struct shape *out = mask->out;
    const struct str message = mask->message;
    const bool slot = match.entity != ENTITY_WORD;
    const enum entity listed =
        soft ? ENTITY_ID : match.entity; /* "an14 an15 an16 ...": a list of names */
    if (mask_list_joins(&mask->list, out, message, listed, start)) {
        out->atoms[out->atoms_count - 1].end = (uint16_t)end;
        return;
    }
    if (match.entity == ENTITY_TIME) {
        mask->dated |= mask->timed;
        mask->timed = true;
    }
    const size_t words = slot ? match.head : end - start;
    if (out->atoms_count == MASK_ATOMS_MAX || out->len + words + 2 >= MASK_SHAPE_MAX) {
        mask->full = true;
        return;
    }
    struct atom *atom = &out->atoms[out->atoms_count++];
    atom->from = (uint16_t)out->len;
    memcpy(out->text + out->len, message.ptr + start, words);
    out->len += (uint32_t)words;
    if (slot)
        out->text[out->len++] = (char)match.entity;
    atom->to = (uint16_t)out->len;
    atom->start = (uint16_t)start;
    atom->end = (uint16_t)end;
    atom->entity = (uint8_t)(soft ? ENTITY_ID : match.entity);
}

static uint8_t flags_of(struct str text)
{
    uint8_t flags = 0;
    for (size_t i = 0; i < text.len; i++)
        flags |= class_of(text.ptr[i]);
    return flags;
}

static void put_token(struct masking *mask, size_t start, size_t end);

/* Each part between the separators, and the separators as they stand. */
static void put_parts(struct masking *mask, size_t start, size_t end, char separator)
{
    const struct str message = mask->message;
    for (size_t at = start; at < end && !mask->full;) {
        size_t to = at;
        while (to < end && message.ptr[to] != separator)
            to++;
        if (to > at)
            put_token(mask, at, to);
        if (to < end)
            put_char(mask, separator);
        at = to + 1;
    }
}

/* "instruction......0": dots that lead the eye are no part of what they lead to; "../" is. */
static size_t leader_of(struct str message, size_t start, size_t end)
{
    for (size_t i = start; i + 2 < end; i++)
        if (message.ptr[i] == '.' && message.ptr[i + 1] == '.' && message.ptr[i + 2] != '/')
            return i;
    return end;
}

static bool is_edge(char c)
{
    return c == '.' || c == ':' || c == '-' || c == '_' || c == '~' || c == '@' || c == '/' ||
           c == '+';
}

static enum entity refined(const struct masking *mask, size_t end, enum entity entity)
{
    const struct shape *out = mask->out;
    if (entity != ENTITY_NUMBER)
        return entity;
    if (end < mask->message.len && mask->message.ptr[end] == '%')
        return ENTITY_PERCENT;
    const struct atom *last = out->atoms_count > 0 ? &out->atoms[out->atoms_count - 1] : NULL;
    const bool address = last && (last->entity == ENTITY_IP || last->entity == ENTITY_HOST) &&
                         last->to + 1u == out->len && out->text[last->to] == ':';
    return address ? ENTITY_PORT : entity;
}

/* "cmp=org.x.Main": a name of three parts or more behind `=`, if it is not what was thrown. */
static bool is_class_value(struct str message, size_t start, struct str token)
{
    uint32_t dots = 0;
    for (size_t i = 0; i < token.len; i++)
        dots += token.ptr[i] == '.';
    if (start > 0 && message.ptr[start - 1] == ' ')
        start--;
    return dots >= 2 && start > 0 && message.ptr[start - 1] == '=' &&
           !str_ends(token, STR("Exception")) && !str_ends(token, STR("Error"));
}

static void put_recognised(struct masking *mask, size_t start, size_t end)
{
    const struct str token = str_slice(mask->message, start, end);
    struct entity_match match = entity_of(token);
    if (token.len > TOKEN_MAX)
        match = (struct entity_match){.entity = ENTITY_ANY};
    else if (match.entity == ENTITY_WORD && is_class_value(mask->message, start, token))
        match.entity = ENTITY_CLASS;
    if (match.entity == ENTITY_WORD) {
        if (memchr(token.ptr, ':', token.len))
            put_parts(mask, start, end, ':');
        else if (memchr(token.ptr, '/', token.len))
            put_parts(mask, start, end, '/');
        else
            put_atom(mask, start, end, match, (flags_of(token) & DIGIT) != 0);
        return;
    }
    match.entity = refined(mask, end, match.entity);
    put_atom(mask, start, end, match, false);
}

/* "./run" and "../run" */
static bool is_relative(struct str message, size_t start, size_t end)
{
    const struct str token = str_slice(message, start, end);
    return token.len > 3 && (str_starts(token, STR("./")) || str_starts(token, STR("../")));
}

/* Writes the marks that a token begins with; "-1" keeps its sign, "/var" its slash. */
static size_t put_edge(struct masking *mask, size_t start, size_t end)
{
    const struct str message = mask->message;
    for (; start < end && is_edge(message.ptr[start]); start++) {
        const char c = message.ptr[start], next = start + 1 < end ? message.ptr[start + 1] : ' ';
        const bool digit = (class_of(next) & DIGIT) != 0;
        if ((c == '-' && digit) || (c == '/' && !digit && next != '/' && next != ' ') ||
            is_relative(message, start, end))
            break;
        put_char(mask, c);
    }
    return start;
}

/* A token without its edges: "host." is "host" and a full stop. */
static void put_token(struct masking *mask, size_t start, size_t end)
{
    const struct str message = mask->message;
    start = put_edge(mask, start, end);
    size_t trimmed = end;
    while (trimmed > start && is_edge(message.ptr[trimmed - 1]) &&
           !(message.ptr[trimmed - 1] == '/' && message.ptr[start] == '/'))
        trimmed--;
    while (trimmed > start && !mask->full) {
        const size_t leader = leader_of(message, start, trimmed);
        if (leader < trimmed)
            put_token(mask, start, leader); /* has no such dots in it */
        else
            put_recognised(mask, start, trimmed);
        start = put_edge(mask, leader, trimmed);
    }
    for (size_t i = trimmed; i < end; i++)
        put_char(mask, message.ptr[i]);
}

/* "name=" with nothing behind it, "()" that stands alone: a value that was empty. */
static bool is_empty_value(struct str message, size_t at)
{
    const char c = message.ptr[at];
    const char before = at > 0 ? message.ptr[at - 1] : ' ';
    const char after = at + 1 < message.len ? message.ptr[at + 1] : ' ';
    if (c == '=')
        return (class_of(before) & LETTER) && (after == ' ' || after == ',' || after == ';') &&
               !(at + 2 < message.len && after == ' ' && message.ptr[at + 2] == '=');
    return before == ' ' && ((c == '(' && after == ')') || (c == '[' && after == ']'));
}

/* Eight bytes at a time; the constants are those of splitmix64. */
static uint64_t hash_of(const char *text, size_t len)
{
    uint64_t hash = 0x9E3779B97F4A7C15u ^ len, word;
    size_t at = 0;
    for (; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        hash = (hash ^ word) * 0xBF58476D1CE4E5B9u;
        hash ^= hash >> 29;
    }
    if (at < len) {
        word = 0;
        memcpy(&word, text + at, len - at);
        hash = (hash ^ word) * 0xBF58476D1CE4E5B9u;
        hash ^= hash >> 29;
    }
    hash = (hash ^ (hash >> 30)) * 0x94D049BB133111EBu;
    return hash ^ (hash >> 31);
}

/*
 * What belongs to a path or an address behind what all tokens are made of: a query, the name of a
 * file with a wildcard in it, the protocol of a request ("/shop HTTP/1.1"). `at` where there is
 * none.
 */
static size_t end_of_address(struct str message, size_t start, size_t at)
{
    const char last = message.ptr[at - 1], next = message.ptr[at];
    const bool query =
        next == '?' && at + 1 < message.len && (class_of(message.ptr[at + 1]) & IS_TOKEN);
    const bool glob = next == '*' && (last == '/' || last == '\\') && at > start + 1;
    const struct str slash = str_slice(message, start, at);
    if ((query || glob) && str_find(slash, glob && last == '\\' ? STR("\\") : STR("/")) != STR_NPOS)
        while (at < message.len && !strchr(" \t\"'<>)],;", message.ptr[at]))
            at++;
    if (message.ptr[start] == '/' && str_starts(str_slice(message, at, message.len), STR(" HTTP/")))
        for (at++; at < message.len && (class_of(message.ptr[at]) & IS_TOKEN); at++)
            ;
    return at;
}

/* A word of letters alone; most atoms are. Its bytes are in the shape already. */
static void put_word(struct masking *mask, size_t start, size_t end)
{
    struct shape *out = mask->out;
    if (out->atoms_count == MASK_ATOMS_MAX) {
        mask->full = true;
        return;
    }
    const struct str word = str_slice(mask->message, start, end);
    if ((class_of(word.ptr[0]) & MONTH) && word.len >= 3)
        mask->dated |= date_is_month(word);
    mask->list.from = out->atoms_count;
    out->atoms[out->atoms_count++] = (struct atom){
        .from = (uint16_t)out->len,
        .to = (uint16_t)(out->len + word.len),
        .start = (uint16_t)start,
        .end = (uint16_t)end,
    };
    out->len += (uint32_t)word.len;
}

static void put_mark(struct masking *mask, size_t at)
{
    struct shape *out = mask->out;
    const char c = mask->message.ptr[at];
    if ((unsigned char)c > 0x20) {
        put_char(mask, c);
        if ((c == '=' || c == '(' || c == '[') && is_empty_value(mask->message, at))
            put_atom(mask, at + 1, at + 1, (struct entity_match){0}, false);
    } else if (out->len > 0 && out->text[out->len - 1] != ' ') {
        put_char(mask, ' ');
    }
}

/* One token from `start` on; returns where it ends. Copies while it looks, for words stay. */
static size_t take_token(struct masking *mask, size_t start)
{
    struct shape *out = mask->out;
    const char *from = mask->message.ptr + start;
    const size_t room = MASK_SHAPE_MAX - 1 - out->len;
    const size_t left = mask->message.len - start;
    const size_t max = left < room ? left : room;
    char *to = out->text + out->len;
    uint8_t flags = 0;
    size_t len = 0;
    for (; len < max; len++) {
        const uint8_t class = class_of(from[len]);
        if (!(class & IS_TOKEN))
            break;
        flags |= class;
        to[len] = from[len];
    }
    for (; len < left && (class_of(from[len]) & IS_TOKEN); len++)
        flags |= class_of(from[len]) | STRONG; /* no room: a second look makes it shorter or not */
    size_t at = start + len;
    const bool letters = !(flags & (LOOK_AGAIN | MARK)) && ((flags & NOT_HEX) || len < 8);
    if (letters && len <= TOKEN_MAX) {
        put_word(mask, start, at);
    } else if (!(flags & ~DIGIT) && len <= TOKEN_MAX) {
        const struct entity_match number = {.entity = refined(mask, at, ENTITY_NUMBER)};
        put_atom(mask, start, at, number, false);
    } else {
        if ((flags & STRONG) && at < mask->message.len)
            at = end_of_address(mask->message, start, at);
        put_token(mask, start, at);
    }
    return at;
}

/* What is read, without a part of a character of UTF-8 at its end. */
static struct str cut(struct str message)
{
    size_t to = message.len < MASK_MESSAGE_MAX ? message.len : MASK_MESSAGE_MAX;
    for (int i = 0; i < 3 && to < message.len && to > 0 && (message.ptr[to] & 0xc0) == 0x80; i++)
        to--;
    return str_slice(message, 0, to);
}

void mask_message(struct str message, struct shape *out)
{
    message = cut(message);
    struct masking mask = {.message = message, .out = out};
    out->len = out->atoms_count = 0;
    for (size_t at = 0; at < message.len && !mask.full;) {
        if (class_of(message.ptr[at]) & IS_TOKEN)
            at = take_token(&mask, at);
        else
            put_mark(&mask, at++);
    }
    if (mask.dated)
        date_join(message, out);
    while (out->len > 0 && out->text[out->len - 1] == ' ' &&
           (out->atoms_count == 0 || out->atoms[out->atoms_count - 1].to < out->len))
        out->len--;
    out->hash = hash_of(out->text, out->len);
}
