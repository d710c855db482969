/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk over the table: it has some forty rows, and a comparison of two paths takes a tenth of a
 * microsecond.
 */
#include "serve/router.h"

#include "base/arena.h"

/* Segment by segment; {} takes any that is not empty. */
static bool fits(const char *pattern, struct str path)
{
    struct str wanted = str_of(pattern), part, other;
    if (str_eq(wanted, path))
        return true;
    while (str_split(&wanted, '/', &part)) {
        if (!str_split(&path, '/', &other))
            return false;
        const bool is_any = str_eq(part, STR("{}"));
        if (is_any ? other.len == 0 : !str_eq(part, other))
            return false;
    }
    return path.len == 0 && !str_ends(str_of(pattern), STR("/"));
}

enum route_miss route_find(struct arena *arena, struct str method, struct str path,
                           const struct route **out, struct str *allowed)
{
    const struct str asked = str_eq(method, STR("HEAD")) ? STR("GET") : method;
    struct buf methods = buf_new(arena);
    for (const struct route *it = routes; it->method; it++) {
        if (!fits(it->path, path))
            continue;
        if (str_eq(str_of(it->method), asked)) {
            *out = it;
            return ROUTE_FOUND;
        }
        buf_printf(&methods, "%s%s", methods.len > 0 ? ", " : "", it->method);
    }
    *allowed = buf_str(&methods);
    return methods.len > 0 ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}

struct str route_part(const struct http_exchange *exchange, uint32_t n)
{
    const struct route *route = exchange->route;
    struct str wanted = str_of(route->path), path = exchange->request.path, part, other;
    while (str_split(&wanted, '/', &part) && str_split(&path, '/', &other))
        if (str_eq(part, STR("{}")) && n-- == 0)
            return other;
    return STR("");
}
