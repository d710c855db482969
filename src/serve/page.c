/* SPDX-License-Identifier: Apache-2.0 */
/* The page: files that are built in, or lie in a folder while somebody works on them. */
#include "serve/api.h"

#include "base/arena.h"
#include "serve/reply.h"
#include "serve/router.h"

#include <string.h>

struct asset {
    const char *name;
    const char *text;
};

static const struct asset shipped[] = {
#include "serve/assets.inc"
    {NULL, NULL}};

static const char *media_type_of(struct str name)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".map", "application/json"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(name, str_of(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

static void answer_asset(struct clerk *clerk, struct http_exchange *exchange, struct str name)
{
    const char *type = media_type_of(name);
    if (clerk->site->ui) {
        reply_file(exchange,
                   str_printf(exchange->request.arena, "%s/%.*s", clerk->site->ui, STR_ARG(name)),
                   type, "no such file");
        return;
    }
    for (const struct asset *it = shipped; it->name; it++)
        if (str_eq(str_of(it->name), name)) {
            exchange->answer =
                (struct http_answer){.status = 200, .media_type = type, .body = str_of(it->text)};
            return;
        }
    http_refuse(exchange, 404, "not_found", "no such file");
}

void page_index(struct clerk *clerk, struct http_exchange *exchange)
{
    answer_asset(clerk, exchange, STR("index.html"));
}

void page_asset(struct clerk *clerk, struct http_exchange *exchange)
{
    answer_asset(clerk, exchange, route_part(exchange, 0));
}
