/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between two wildcards stands something of fixed length, so the first place where it fits is as
 * good as any later one: only the last wildcard is ever tried again. This holds for `*` among the
 * bytes of a segment, and for `**` among segments.
 */
#include "culprit/pattern.h"

#include "base/arena.h"

static const struct str any = {"**", 2};
static const struct str one = {"*", 1};

static bool is_any(struct str segment)
{
    return str_eq(segment, any);
}

static uint32_t slashes(struct str text)
{
    uint32_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '/';
    return count;
}

static void add(struct pattern *pattern, struct str segment)
{
    pattern->segments[pattern->count++] = segment;
}

struct pattern pattern_read(struct arena *arena, struct str text, bool floats)
{
    struct pattern pattern = {.segments = arena_push_many(arena, struct str, slashes(text) + 4)};
    const bool is_anchored = str_starts(text, STR("/"));
    const bool is_folder = str_ends(text, STR("/"));
    struct str rest = text, segment = {0};
    while (str_split(&rest, '/', &segment)) {
        if (segment.len == 0)
            continue; /* before the first slash, or between two */
        if (pattern.count == 0 && !is_anchored && (floats || rest.len == 0))
            add(&pattern, any);
        add(&pattern, segment);
    }
    if (pattern.count == 0)
        return pattern;
    if (is_folder || is_any(segment)) { /* something in it */
        pattern.count -= is_any(segment);
        add(&pattern, one);
        add(&pattern, any);
    } else if (!str_eq(segment, one)) { /* it, or something in it */
        add(&pattern, any);
    }
    return pattern;
}

/* How many bytes of the segment stand for its next byte; '\\' at the end stands for itself. */
static size_t unit(struct str segment, size_t at)
{
    return segment.ptr[at] == '\\' && at + 1 < segment.len ? 2 : 1;
}

static bool unit_fits(struct str segment, size_t at, char c)
{
    if (unit(segment, at) == 2)
        return segment.ptr[at + 1] == c;
    return segment.ptr[at] == '?' || segment.ptr[at] == c;
}

static bool segment_fits(struct str segment, struct str name)
{
    size_t at = 0, i = 0, star = STR_NPOS, retry = 0;
    while (i < name.len) {
        if (at < segment.len && segment.ptr[at] == '*') {
            star = ++at;
            retry = i;
        } else if (at < segment.len && unit_fits(segment, at, name.ptr[i])) {
            at += unit(segment, at);
            i++;
        } else if (star != STR_NPOS) {
            at = star;
            i = ++retry;
        } else {
            return false;
        }
    }
    while (at < segment.len && segment.ptr[at] == '*')
        at++;
    return at == segment.len;
}

bool pattern_fits(const struct pattern *pattern, struct str path)
{
    struct str rest = path, retry = {0}, name;
    uint32_t at = 0, star = UINT32_MAX;
    while (pattern->count > 0) {
        if (at < pattern->count && is_any(pattern->segments[at])) {
            star = ++at;
            retry = rest;
            if (at == pattern->count)
                return true;
            continue;
        }
        if (rest.len == 0)
            return at == pattern->count;
        struct str after = rest;
        str_split(&after, '/', &name);
        if (at < pattern->count && segment_fits(pattern->segments[at], name)) {
            at++;
            rest = after;
        } else if (star != UINT32_MAX && retry.len > 0) {
            str_split(&retry, '/', &name);
            rest = retry;
            at = star;
        } else {
            return false;
        }
    }
    return false;
}
