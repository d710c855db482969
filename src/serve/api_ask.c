/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question about an incident. A child answers (`warroom ask`), for it reads evidence. A question
 * costs as much as a tenth of an investigation, so few are answered at a time: who asks then is
 * told to come again, and no clerk waits.
 */
#include "serve/api.h"

#include "ask/aim.h"
#include "base/arena.h"
#include "base/clock.h"
#include "serve/errand.h"
#include "serve/reply.h"
#include "serve/router.h"

#include <stdatomic.h>

#define AT_A_TIME 2 /* of eight clerks */
#define ANSWER_NS (20 * NS_PER_S)
#define ANSWER_BYTES_MAX ((size_t)1 << 20)

static const struct field wanted[] = {
    {"question", TYPE_TEXT, 0, "in words", NULL},
    {0},
};

static atomic_uint running;

static void answer(struct clerk *clerk, struct http_exchange *exchange, struct str id,
                   struct str question)
{
    const struct site *site = clerk->site;
    struct arena *arena = exchange->request.arena;
    const char *const argv[] = {site->program,
                                "ask",
                                "--sandbox",
                                "--json",
                                str_printf(arena, "--ledger=%s", site->ledger).ptr,
                                "--",
                                str_copy(arena, question).ptr,
                                site_path(site, arena, id, "").ptr,
                                NULL};
    const struct errand errand = {.argv = argv,
                                  .takes_ns_max = ANSWER_NS,
                                  .bytes_max = ANSWER_BYTES_MAX,
                                  .late = "the answer took too long",
                                  .failure = ERR_USAGE};
    struct buf out;
    struct err err = {0};
    if (errand_run(site, arena, &errand, &out, &err))
        reply_json(exchange, 200, &out);
    else
        reply_err(exchange, &err);
}

static bool is_question(struct str text)
{
    return str_trim(text).len > 0 && text.len <= QUESTION_BYTES_MAX &&
           !str_contains(text, (struct str){"", 1});
}

void api_ask(struct clerk *clerk, struct http_exchange *exchange)
{
    struct incident incident;
    struct record said;
    struct err err = {0};
    if (!reply_take_json(exchange, wanted, &said))
        return;
    const struct str question = reply_taken_text(&said, "question");
    if (!is_question(question))
        http_refuse(exchange, 400, "usage", "a question has 1 to %zu bytes", QUESTION_BYTES_MAX);
    else if (!incident_read(clerk->ledger, exchange->request.arena, route_part(exchange, 0),
                            &incident, &err))
        reply_err(exchange, &err);
    else if (!incident.has_verdict)
        http_refuse(exchange, 409, "conflict", "there is no report as yet");
    else if (atomic_fetch_add(&running, 1) >= AT_A_TIME) {
        atomic_fetch_sub(&running, 1);
        http_refuse(exchange, 429, "over_budget", "other questions are being answered; ask again");
    } else {
        answer(clerk, exchange, incident.id, question);
        atomic_fetch_sub(&running, 1);
    }
}
