/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/arena.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int str_compare(struct str a, struct str b)
{
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

/* FNV-1a with a final mix: short keys are the rule, and the low bits pick the slot. */
uint64_t str_hash(struct str s)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * 1099511628211u;
    hash ^= hash >> 32;
    return hash * 0x9E3779B97F4A7C15u;
}

size_t str_find(struct str s, struct str needle)
{
    const char *at =
        needle.len > 0 && s.len > 0 ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return at ? (size_t)(at - s.ptr) : STR_NPOS;
}

size_t str_find_no_case(struct str s, struct str needle)
{
    if (needle.len == 0 || needle.len > s.len)
        return STR_NPOS;
    const char lower = (char)tolower((unsigned char)needle.ptr[0]);
    const char upper = (char)toupper((unsigned char)needle.ptr[0]);
    for (size_t i = 0; i + needle.len <= s.len; i++)
        if ((s.ptr[i] == lower || s.ptr[i] == upper) &&
            strncasecmp(s.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    return STR_NPOS;
}

bool str_contains(struct str s, struct str needle)
{
    return str_find(s, needle) != STR_NPOS;
}

#define DISTANCE_LEN_MAX 64

static bool is_same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/*
 * The distance of Damerau and Levenshtein in its restricted form: no letter is touched twice. Three
 * rows of the table are enough for it.
 */
uint32_t str_distance(struct str a, struct str b)
{
    uint32_t rows[3][DISTANCE_LEN_MAX + 1];
    uint32_t *before = rows[0], *above = rows[1], *row = rows[2];
    if (a.len > DISTANCE_LEN_MAX || b.len > DISTANCE_LEN_MAX)
        return UINT32_MAX;
    for (uint32_t k = 0; k <= b.len; k++)
        above[k] = k;
    for (uint32_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (uint32_t k = 1; k <= b.len; k++) {
            const bool same = is_same_letter(a.ptr[i - 1], b.ptr[k - 1]);
            row[k] = least(above[k - 1] + !same, least(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && is_same_letter(a.ptr[i - 1], b.ptr[k - 2]) &&
                is_same_letter(a.ptr[i - 2], b.ptr[k - 1]))
                row[k] = least(row[k], before[k - 2] + 1);
        }
        uint32_t *const oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.len];
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.len;
    while (from < to && is_space(s.ptr[from]))
        from++;
    while (to > from && is_space(s.ptr[to - 1]))
        to--;
    return str_slice(s, from, to);
}

bool str_split(struct str *rest, char separator, struct str *part)
{
    if (rest->len == 0)
        return false;
    const char *at = memchr(rest->ptr, separator, rest->len);
    const size_t len = at ? (size_t)(at - rest->ptr) : rest->len;
    *part = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len + 1, rest->len);
    return true;
}

struct str str_copy(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return (struct str){.ptr = copy, .len = s.len};
}

struct str str_lower(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = (char)tolower((unsigned char)s.ptr[i]);
    return (struct str){.ptr = copy, .len = s.len};
}

struct str str_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return STR("");

    char *text = arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (struct str){.ptr = text, .len = (size_t)len};
}

#define NUMBER_LEN_MAX 63

static bool to_number_text(struct str s, char text[NUMBER_LEN_MAX + 1])
{
    if (s.len == 0 || s.len > NUMBER_LEN_MAX || isspace((unsigned char)s.ptr[0]))
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    return strlen(text) == s.len;
}

bool str_to_int(struct str s, int64_t *out)
{
    char text[NUMBER_LEN_MAX + 1];
    if (!to_number_text(s, text))
        return false;
    char *end;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *out = number;
    return true;
}

bool str_to_real(struct str s, double *out)
{
    char text[NUMBER_LEN_MAX + 1];
    if (!to_number_text(s, text))
        return false;
    char *end;
    const double number = strtod(text, &end);
    if (*end != '\0' || !isfinite(number))
        return false;
    *out = number;
    return true;
}
