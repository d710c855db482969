/* SPDX-License-Identifier: Apache-2.0 */
/* The runbooks that are followed, and whether one that somebody writes could be. */
#include "serve/api.h"

#include "base/arena.h"
#include "director/person.h"
#include "director/shipped.h"
#include "serve/member.h"
#include "serve/reply.h"
#include "serve/router.h"

static const struct field wanted[] = {
    {"text", TYPE_TEXT, 0, "of the runbook", NULL},
    {0},
};

/* Parsed anew each time, which takes a millisecond: nothing of it need be shared by threads. */
static bool load(struct http_exchange *exchange, struct library *out)
{
    struct arena *arena = exchange->request.arena;
    struct buf problems = buf_new(arena);
    struct err err = {0};
    *out = (struct library){0};
    if (shipped_library(arena, NULL, out, &problems, &err))
        return true;
    http_refuse(exchange, 500, "io", "%s", err.text);
    return false;
}

static void put_runbook(struct buf *out, const struct runbook *book, bool with_text)
{
    buf_add_char(out, '{');
    member_text(out, "name", book->name);
    member_text(out, "title", book->summary);
    if (with_text)
        member_text(out, "text", book->text);
    buf_add_char(out, '}');
}

void api_list_runbooks(struct clerk *clerk, struct http_exchange *exchange)
{
    (void)clerk;
    struct library library;
    if (!load(exchange, &library))
        return;
    struct buf out = buf_new(exchange->request.arena);
    buf_add(&out, STR("{\"runbooks\":["));
    for (const struct runbook *it = library.books; it; it = it->next) {
        json_put_comma(&out);
        put_runbook(&out, it, false);
    }
    buf_add(&out, STR("]}"));
    reply_json(exchange, 200, &out);
}

void api_read_runbook(struct clerk *clerk, struct http_exchange *exchange)
{
    (void)clerk;
    struct library library;
    if (!load(exchange, &library))
        return;
    const struct runbook *book = library_find(&library, route_part(exchange, 0));
    if (!book) {
        http_refuse(exchange, 404, "not_found", "there is no runbook of that name");
        return;
    }
    struct buf out = buf_new(exchange->request.arena);
    put_runbook(&out, book, true);
    reply_json(exchange, 200, &out);
}

void api_check_runbook(struct clerk *clerk, struct http_exchange *exchange)
{
    (void)clerk;
    struct arena *arena = exchange->request.arena;
    struct library library;
    struct planner planner;
    struct record said;
    struct buf problems = buf_new(arena);
    if (!reply_take_json(exchange, wanted, &said) || !load(exchange, &library))
        return;
    const bool is_fine = planner_of_person(arena, "text", reply_taken_text(&said, "text"), &library,
                                           &planner, &problems);
    struct buf out = buf_new(arena);
    buf_add_char(&out, '{');
    member_truth(&out, "fine", is_fine);
    member_text(&out, "problems", buf_str(&problems));
    buf_add_char(&out, '}');
    reply_json(exchange, 200, &out);
}
