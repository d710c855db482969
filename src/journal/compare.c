/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/compare.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define SHOWN_LEN_MAX 120
#define DEPTH_MAX 100

static bool is_ignored(const char *name, const char *const *ignored)
{
    for (; ignored && *ignored; ignored++)
        if (strcmp(*ignored, name) == 0)
            return true;
    return false;
}

/* An array or object of some size is better told by its size. */
struct str json_shown(struct arena *arena, const json_t *json)
{
    if (!json)
        return STR("");
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    struct str shown = str_copy(arena, str_of(text));
    free(text);
    if (shown.len <= SHOWN_LEN_MAX)
        return shown;
    if (json_is_array(json))
        return str_printf(arena, "(%zu of them)", json_array_size(json));
    size_t len = SHOWN_LEN_MAX;
    while (len > 0 && !utf8_is_valid(str_slice(shown, 0, len)))
        len--;
    return str_printf(arena, "%.*s...", (int)len, shown.ptr);
}

static bool found(struct arena *arena, const json_t *a, const json_t *b, struct str path,
                  struct json_difference *out)
{
    *out = (struct json_difference){
        .path = path, .a = json_shown(arena, a), .b = json_shown(arena, b)};
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

bool json_differ(struct arena *arena, const json_t *a, const json_t *b, const char *const *ignored,
                 struct json_difference *out)
{
    const struct comparing comparing = {.arena = arena, .ignored = ignored, .out = out};
    *out = (struct json_difference){.path = STR(""), .a = STR(""), .b = STR("")};
    return differ(&comparing, a, b, STR(""), 0);
}
