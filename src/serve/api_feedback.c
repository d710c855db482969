/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people say of a report. It is kept by `warroom feedback`, which reads the journal: what was
 * found is needed for learning, and the server itself reads no evidence.
 */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/assignment.h"
#include "serve/child.h"
#include "serve/reply.h"
#include "serve/router.h"

#define FEEDBACK_NS (20 * NS_PER_S)

static const struct field wanted[] = {
    {"verdict", TYPE_TEXT, 0, "right, wrong or partly", NULL},
    {"cause", TYPE_TEXT, FIELD_OPTIONAL, "what it was", NULL},
    {"note", TYPE_TEXT, FIELD_OPTIONAL, "whatever else", NULL},
    {"fix", TYPE_TEXT, FIELD_OPTIONAL, "what ended it", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "where it was", NULL},
    {"change", TYPE_TEXT, FIELD_OPTIONAL, "which change did it", NULL},
    {"nothing", TYPE_BOOL, FIELD_OPTIONAL, "nothing was broken", NULL},
    {0},
};

struct words {
    struct arena *arena;
    const char *items[16];
    uint32_t count;
};

static void add(struct words *words, const char *option, struct str text)
{
    if (text.len > 0)
        words->items[words->count++] =
            str_printf(words->arena, "%s%.*s", option, STR_ARG(text)).ptr;
}

static struct words words_of(const struct site *site, struct arena *arena, struct str id,
                             const struct record *said)
{
    struct words words = {.arena = arena};
    const struct value *nothing = record_at(said, "nothing");
    words.items[words.count++] = site->program;
    words.items[words.count++] = "feedback";
    words.items[words.count++] = site_path(site, arena, id, "journal.jsonl").ptr;
    add(&words, "", reply_taken_text(said, "verdict"));
    add(&words, "--cause=", reply_taken_text(said, "cause"));
    add(&words, "--note=", reply_taken_text(said, "note"));
    add(&words, "--fix=", reply_taken_text(said, "fix"));
    add(&words, "--service=", reply_taken_text(said, "service"));
    add(&words, "--change=", reply_taken_text(said, "change"));
    add(&words, "--ledger=", str_of(site->ledger));
    if (nothing->known && nothing->truth)
        words.items[words.count++] = "--nothing";
    return words;
}

static bool is_verdict(struct str word)
{
    return str_eq(word, STR("right")) || str_eq(word, STR("wrong")) || str_eq(word, STR("partly"));
}

static void keep(struct clerk *clerk, struct http_exchange *exchange, struct str id,
                 const struct record *said)
{
    struct arena *arena = exchange->request.arena;
    const struct words words = words_of(clerk->site, arena, id, said);
    const struct child_order order = {.argv = words.items,
                                      .environment = assignment_environment(clerk->site, arena),
                                      .deadline_ns = clock_now_ns(clock_system()) + FEEDBACK_NS,
                                      .stop_fd = -1};
    struct child_result result;
    struct err err = {0};
    if (!child_run(&order, &result, &err))
        reply_err(exchange, &err);
    else if (result.end != CHILD_ENDED)
        http_refuse(exchange, 503, "timeout", "it could not be kept in time; try again");
    else if (result.code != 0)
        http_refuse(exchange, 400, "usage", "%s", result.said);
    else
        reply_done(exchange);
}

void api_take_feedback(struct clerk *clerk, struct http_exchange *exchange)
{
    struct incident incident;
    struct record said;
    struct err err = {0};
    if (!reply_take_json(exchange, wanted, &said))
        return;
    if (!is_verdict(reply_taken_text(&said, "verdict")))
        http_refuse(exchange, 400, "usage", "verdict is one of right, wrong, partly");
    else if (!incident_read(clerk->ledger, exchange->request.arena, route_part(exchange, 0),
                            &incident, &err))
        reply_err(exchange, &err);
    else if (!incident.has_verdict)
        http_refuse(exchange, 409, "conflict", "there is no report as yet");
    else
        keep(clerk, exchange, incident.id, &said);
}
