/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3986; a query is read as forms are sent (WHATWG URL, application/x-www-form-urlencoded). */
#include "serve/uri.h"

#include "base/arena.h"
#include "base/utf8.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* %41 and, in a query, +. False: a `%` without two digits, NUL, or no UTF-8. */
static bool decode(struct arena *arena, struct str text, bool plus_is_space, struct str *out)
{
    char *copy = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            if (i + 2 >= text.len)
                return false;
            const int a = hex_digit(text.ptr[i + 1]), b = hex_digit(text.ptr[i + 2]);
            if (a < 0 || b < 0)
                return false;
            c = (char)(a * 16 + b);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        copy[len++] = c;
    }
    *out = (struct str){copy, len};
    return utf8_is_valid(*out);
}

static bool has_dots(struct str path)
{
    struct str part;
    while (str_split(&path, '/', &part))
        if (str_eq(part, STR("..")) || str_eq(part, STR(".")))
            return true;
    return false;
}

static bool read_query(struct http_request *request, struct str text)
{
    struct str pair;
    while (str_split(&text, '&', &pair)) {
        if (pair.len == 0)
            continue;
        if (request->query_count == HTTP_QUERY_MAX)
            return false;
        const size_t at = str_find(pair, STR("="));
        const struct str name = str_slice(pair, 0, at);
        const struct str value = at == STR_NPOS ? STR("") : str_slice(pair, at + 1, pair.len);
        struct http_pair *out = &request->query[request->query_count++];
        if (!decode(request->arena, name, true, &out->name) ||
            !decode(request->arena, value, true, &out->value))
            return false;
    }
    return true;
}

bool uri_read(struct http_request *request, struct str uri)
{
    const size_t at = str_find(uri, STR("?"));
    return decode(request->arena, str_slice(uri, 0, at), false, &request->path) &&
           str_starts(request->path, STR("/")) && !has_dots(request->path) &&
           (at == STR_NPOS || read_query(request, str_slice(uri, at + 1, uri.len)));
}
