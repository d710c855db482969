/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/compare.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_LEN_MAX 120
#define BEFORE_LEN 24 /* of what two long texts have in common */
#define REAL_DIGITS_MIN 4
#define REAL_DIGITS_MAX 17
#define TIME_MIN INT64_C(100000000000000000) /* in ns: 1973; a span is shorter */
#define DEPTH_MAX 100

static bool is_ignored(const char *name, const char *const *ignored)
{
    for (; ignored && *ignored; ignored++)
        if (strcmp(*ignored, name) == 0)
            return true;
    return false;
}

static struct str dumped(struct arena *arena, const json_t *json, int digits)
{
    char *text =
        json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION((size_t)digits));
    const struct str copy = str_copy(arena, str_of(text));
    free(text);
    return copy;
}

/* From about `from` on, between characters, and not longer than one reads. */
static struct str cut(struct arena *arena, struct str text, size_t from)
{
    size_t to = from + SHOWN_LEN_MAX < text.len ? from + SHOWN_LEN_MAX : text.len;
    while (from > 0 && !utf8_is_valid(str_slice(text, 0, from)))
        from--;
    while (to > from && !utf8_is_valid(str_slice(text, from, to)))
        to--;
    const struct str part = str_slice(text, from, to);
    return str_printf(arena, "%s%.*s%s", from > 0 ? "..." : "", STR_ARG(part),
                      to < text.len ? "..." : "");
}

/* An array is better told by its size. */
struct str json_shown(struct arena *arena, const json_t *json)
{
    if (!json)
        return STR("");
    const struct str text = dumped(arena, json, REAL_DIGITS_MAX);
    if (text.len > SHOWN_LEN_MAX && json_is_array(json))
        return str_printf(arena, "(%zu of them)", json_array_size(json));
    return cut(arena, text, 0);
}

static size_t common_prefix(struct str a, struct str b)
{
    size_t len = 0;
    while (len < a.len && len < b.len && a.ptr[len] == b.ptr[len])
        len++;
    return len;
}

/* Two long texts are shown from shortly before the place where they part. */
static void show_texts(struct arena *arena, struct json_difference *out, const json_t *a,
                       const json_t *b)
{
    const struct str of_a = dumped(arena, a, REAL_DIGITS_MAX);
    const struct str of_b = dumped(arena, b, REAL_DIGITS_MAX);
    const size_t same = common_prefix(of_a, of_b);
    const bool is_long = of_a.len > SHOWN_LEN_MAX || of_b.len > SHOWN_LEN_MAX;
    const size_t from = is_long && same > BEFORE_LEN ? same - BEFORE_LEN : 0;
    out->a = cut(arena, of_a, from);
    out->b = cut(arena, of_b, from);
}

/* With as few digits as tell them apart. */
static void show_reals(struct arena *arena, struct json_difference *out, const json_t *a,
                       const json_t *b)
{
    for (int digits = REAL_DIGITS_MIN; digits <= REAL_DIGITS_MAX; digits++) {
        out->a = dumped(arena, a, digits);
        out->b = dumped(arena, b, digits);
        if (!str_eq(out->a, out->b))
            return;
    }
}

static bool is_time(struct str path, const json_t *json)
{
    return str_ends(path, STR("_ns")) && json_integer_value(json) >= TIME_MIN;
}

static bool found(struct arena *arena, const json_t *a, const json_t *b, struct str path,
                  struct json_difference *out)
{
    out->path = path;
    if (json_is_string(a) && json_is_string(b)) {
        show_texts(arena, out, a, b);
    } else if (json_is_real(a) && json_is_real(b)) {
        show_reals(arena, out, a, b);
    } else if (is_time(path, a) && is_time(path, b)) {
        out->a = time_format_exact(arena, json_integer_value(a));
        out->b = time_format_exact(arena, json_integer_value(b));
    } else {
        out->a = json_shown(arena, a);
        out->b = json_shown(arena, b);
    }
    return true;
}

struct comparing {
    struct arena *arena;
    const char *const *ignored;
    struct json_difference *out;
};

static bool differ(const struct comparing *comparing, const json_t *a, const json_t *b,
                   struct str path, uint32_t depth);

static bool objects_differ(const struct comparing *comparing, const json_t *a, const json_t *b,
                           struct str path, uint32_t depth)
{
    const char *dot = path.len > 0 ? "." : "";
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)a, name, value)
    {
        if (!is_ignored(name, comparing->ignored) &&
            differ(comparing, value, json_object_get(b, name),
                   str_printf(comparing->arena, "%.*s%s%s", STR_ARG(path), dot, name), depth))
            return true;
    }
    json_object_foreach((json_t *)(uintptr_t)b, name, value)
    {
        if (!is_ignored(name, comparing->ignored) && !json_object_get(a, name))
            return found(comparing->arena, NULL, value,
                         str_printf(comparing->arena, "%.*s%s%s", STR_ARG(path), dot, name),
                         comparing->out);
    }
    return false;
}

static bool arrays_differ(const struct comparing *comparing, const json_t *a, const json_t *b,
                          struct str path, uint32_t depth)
{
    for (size_t i = 0; i < json_array_size(a) || i < json_array_size(b); i++)
        if (differ(comparing, json_array_get(a, i), json_array_get(b, i),
                   str_printf(comparing->arena, "%.*s[%zu]", STR_ARG(path), i), depth))
            return true;
    return false;
}

static bool differ(const struct comparing *comparing, const json_t *a, const json_t *b,
                   struct str path, uint32_t depth)
{
    if (a && b && json_equal(a, b))
        return false;
    if (depth < DEPTH_MAX && json_is_object(a) && json_is_object(b))
        return objects_differ(comparing, a, b, path, depth + 1);
    if (depth < DEPTH_MAX && json_is_array(a) && json_is_array(b))
        return arrays_differ(comparing, a, b, path, depth + 1);
    return found(comparing->arena, a, b, path, comparing->out);
}

bool json_differ(struct arena *arena, struct str path, const json_t *a, const json_t *b,
                 const char *const *ignored, struct json_difference *out)
{
    const struct comparing comparing = {.arena = arena, .ignored = ignored, .out = out};
    *out = (struct json_difference){.path = path, .a = STR(""), .b = STR("")};
    return differ(&comparing, a, b, path, 0);
}
