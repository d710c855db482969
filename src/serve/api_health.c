/* SPDX-License-Identifier: Apache-2.0 */
/* How the server itself is. */
#include "serve/api.h"

#include "serve/reply.h"

void api_version(struct clerk *clerk, struct http_exchange *exchange)
{
    (void)clerk;
    struct buf out = buf_new(exchange->request.arena);
    buf_add(&out, STR("{\"name\":\"warroom\",\"version\":\"" VERSION "\"}"));
    reply_json(exchange, 200, &out);
}

static void answer_words(struct http_exchange *exchange, int status, struct str words)
{
    exchange->answer = (struct http_answer){
        .status = status, .media_type = "text/plain; charset=utf-8", .body = words};
}

/* The thread of all connections answers: that is what it says. */
void api_healthz(struct clerk *clerk, struct http_exchange *exchange)
{
    (void)clerk;
    answer_words(exchange, 200, STR("ok\n"));
}

/* A clerk answers, and its ledger does. */
void api_readyz(struct clerk *clerk, struct http_exchange *exchange)
{
    struct incident_counts counts;
    struct err err = {0};
    if (incident_count(clerk->ledger, &counts, &err))
        answer_words(exchange, 200, STR("ready\n"));
    else
        http_refuse(exchange, 503, "io", "%s", err.text);
}
