/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed slice of bytes: it owns nothing and need not end in NUL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){.ptr = (literal), .len = sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).len, (s).ptr /* for "%.*s" */

/* Small and called for each token of each line, so these are compiled where they are used. */

/* Of a NUL-terminated text; NULL gives the empty str. */
static inline struct str str_of(const char *text)
{
    return text ? (struct str){.ptr = text, .len = strlen(text)} : STR("");
}

/* Both ends are clamped to the length. */
static inline struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return (struct str){.ptr = s.ptr ? s.ptr + from : NULL, .len = to - from};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

static inline bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

int str_compare(struct str a, struct str b); /* by bytes, as memcmp() */
uint64_t str_hash(struct str s);             /* the same on every machine and in every run */

#define STR_NPOS SIZE_MAX
size_t str_find(struct str s, struct str needle);         /* STR_NPOS: not in there */
size_t str_find_no_case(struct str s, struct str needle); /* ASCII case only */
bool str_contains(struct str s, struct str needle);

/*
 * How many slips of the finger make one name the other: a byte too many, too few, another one, or
 * two that changed places. Capitals do not count. What is longer than 64 is far from everything.
 */
uint32_t str_distance(struct str a, struct str b);

struct str str_trim(struct str s); /* ASCII white space, both ends */

/* Takes what stands before `separator` off `rest`; false when nothing is left. */
bool str_split(struct str *rest, char separator, struct str *part);

/* The copies end in NUL, so that .ptr can go where a C string is wanted. */
struct str str_copy(struct arena *arena, struct str s);
struct str str_lower(struct arena *arena, struct str s); /* ASCII only */
struct str str_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));

bool str_to_int(struct str s, int64_t *out); /* whole text, decimal */
bool str_to_real(struct str s, double *out); /* whole text, finite */
