/* SPDX-License-Identifier: Apache-2.0 */
/* What needs no connection of serve/http.h: so handlers can be tested without one. */
#include "serve/http.h"

#include "base/arena.h"
#include "data/json.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static struct str find_pair(const struct http_pair *pairs, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(pairs[i].name, str_of(name)))
            return pairs[i].value;
    return STR("");
}

struct str http_header(const struct http_request *request, const char *name)
{
    return find_pair(request->headers, request->headers_count, name);
}

struct str http_query(const struct http_request *request, const char *name)
{
    return find_pair(request->query, request->query_count, name);
}

void http_answer_header(struct http_answer *answer, const char *name, struct str value)
{
    assert(answer->headers_count < HTTP_ANSWER_HEADERS_MAX);
    answer->headers[answer->headers_count++] = (struct http_pair){str_of(name), value};
}

void http_refuse(struct http_exchange *exchange, int status, const char *kind, const char *format,
                 ...)
{
    struct arena *arena = exchange->request.arena;
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct buf out = buf_new(arena);
    buf_add(&out, STR("{\"error\":{\"kind\":"));
    json_put_text(&out, str_of(kind));
    buf_add(&out, STR(",\"message\":"));
    json_put_text(&out, str_of(text));
    buf_add(&out, STR("}}\n"));
    exchange->answer = (struct http_answer){
        .status = status, .media_type = "application/json", .body = buf_str(&out)};
    if (status == 429 || status == 503)
        http_answer_header(&exchange->answer, "Retry-After", STR("1"));
}
