/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts that are not to be looked at for a while. */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "incident/silence.h"
#include "serve/auth.h"
#include "serve/member.h"
#include "serve/reply.h"
#include "serve/router.h"

#define SILENCE_NS_MAX (30 * NS_PER_DAY)

static const struct field wanted[] = {
    {"matchers", TYPE_TEXT, 0, "name=value or name!=value, with commas between them", NULL},
    {"for", TYPE_SPAN, 0, "how long, \"2h\"", NULL},
    {"why", TYPE_TEXT, 0, "for the others", NULL},
    {0},
};

static void put_silence(struct buf *out, const struct silence *it)
{
    buf_add_char(out, '{');
    member_integer(out, "number", it->number);
    json_put_key(out, "matchers");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < it->matchers_count; i++) {
        json_put_comma(out);
        json_put_text(out, it->matchers[i]);
    }
    buf_add_char(out, ']');
    member_time(out, "since", it->since_ns);
    member_time(out, "until", it->until_ns);
    member_text(out, "who", it->who);
    member_text(out, "why", it->why);
    member_integer(out, "hits", it->hits);
    buf_add_char(out, '}');
}

void api_list_silences(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct silence *items;
    uint32_t count;
    struct err err = {0};
    if (!silence_list(clerk->ledger, arena, wall_now_ns(), &items, &count, &err)) {
        reply_err(exchange, &err);
        return;
    }
    struct buf out = buf_new(arena);
    buf_add(&out, STR("{\"silences\":["));
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(&out);
        put_silence(&out, &items[i]);
    }
    buf_add(&out, STR("]}"));
    reply_json(exchange, 200, &out);
}

static bool read_matchers(struct arena *arena, struct str text, struct silence *out,
                          struct err *err)
{
    struct str part;
    out->matchers = arena_push_many(arena, struct str, SILENCE_MATCHERS_MAX);
    while (str_split(&text, ',', &part)) {
        if (out->matchers_count == SILENCE_MATCHERS_MAX)
            return err_set(err, ERR_USAGE, "at most %d matchers", SILENCE_MATCHERS_MAX);
        out->matchers[out->matchers_count++] = str_trim(part);
    }
    return true;
}

void api_add_silence(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    const struct caller *caller = exchange->caller;
    struct record said;
    struct err err = {0};
    if (!reply_take_json(exchange, wanted, &said))
        return;
    const int64_t span_ns = record_at(&said, "for")->integer, now_ns = wall_now_ns();
    struct silence silence = {.since_ns = now_ns,
                              .until_ns = now_ns + span_ns,
                              .who = str_of(caller->name),
                              .why = reply_taken_text(&said, "why")};
    if (span_ns <= 0 || span_ns > SILENCE_NS_MAX) {
        http_refuse(exchange, 400, "usage",
                    "a silence is for more than nothing and at most 30 days");
        return;
    }
    if (!read_matchers(arena, reply_taken_text(&said, "matchers"), &silence, &err) ||
        !silence_add(clerk->ledger, &silence, now_ns, &err)) {
        reply_err(exchange, &err);
        return;
    }
    struct buf out = buf_new(arena);
    put_silence(&out, &silence);
    reply_json(exchange, 201, &out);
}

void api_end_silence(struct clerk *clerk, struct http_exchange *exchange)
{
    int64_t number;
    struct err err = {0};
    if (!str_to_int(route_part(exchange, 0), &number))
        http_refuse(exchange, 404, "not_found", "a silence has a number");
    else if (!silence_end(clerk->ledger, number, wall_now_ns(), &err))
        reply_err(exchange, &err);
    else
        reply_done(exchange);
}
