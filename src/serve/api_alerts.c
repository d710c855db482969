/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts in: what other products post, and what a person or program asks to be looked into. */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "incident/desk.h"
#include "serve/auth.h"
#include "serve/live.h"
#include "serve/member.h"
#include "serve/reply.h"
#include "serve/router.h"
#include "serve/worker.h"
#include "webhook/webhook.h"

static void answer_taken(struct http_exchange *exchange, const struct delivery *delivery)
{
    struct buf out = buf_new(exchange->request.arena);
    buf_add(&out, STR("{\"incidents\":["));
    for (uint32_t i = 0; i < delivery->incidents_count; i++) {
        json_put_comma(&out);
        json_put_text(&out, delivery->incidents[i]);
    }
    buf_add_char(&out, ']');
    member_integer(&out, "opened", delivery->opened);
    member_integer(&out, "silenced", delivery->silenced);
    member_truth(&out, "seen_before", delivery->is_replay);
    buf_add_char(&out, '}');
    reply_json(exchange, 202, &out);
}

static void refuse_full(struct clerk *clerk, struct http_exchange *exchange)
{
    http_refuse(exchange, 503, "over_budget",
                "too many investigations wait already; the alert was not taken, send it again");
    exchange->answer.headers_count = 0;
    http_answer_header(&exchange->answer, "Retry-After",
                       str_printf(exchange->request.arena, "%lld",
                                  (long long)(clerk->site->limits.retry_after_ns / NS_PER_S)));
}

static struct webhook_post post_of(const struct http_request *request)
{
    struct webhook_header *headers =
        arena_push_many(request->arena, struct webhook_header, request->headers_count + 1);
    for (uint32_t i = 0; i < request->headers_count; i++)
        headers[i] = (struct webhook_header){request->headers[i].name, request->headers[i].value};
    return (struct webhook_post){.headers = headers,
                                 .headers_count = request->headers_count,
                                 .body = request->body,
                                 .now_ns = wall_now_ns()};
}

/* Who has neither secret nor token of webhooks must be somebody of the API. */
static bool sender_may(struct clerk *clerk, struct http_exchange *exchange,
                       const struct webhook_keys *keys)
{
    struct caller caller;
    return keys->secrets_count > 0 || keys->token.len > 0 ||
           auth_admit(clerk->site->auth, exchange, SCOPE_INVESTIGATE, &caller);
}

void api_take_webhook(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    const struct webhook *webhook = webhook_find(route_part(exchange, 0));
    const struct webhook_post post = post_of(&exchange->request);
    struct notices notices;
    struct err err = {0};
    if (!webhook) {
        http_refuse(exchange, 404, "not_found", "there is no webhook of that kind");
        return;
    }
    const struct webhook_keys keys = site_webhook_keys(clerk->site, webhook->name);
    if (!sender_may(clerk, exchange, &keys))
        return;
    if (!webhook_read(webhook, &post, &keys, arena, &notices, &err)) {
        reply_err(exchange, &err);
        exchange->answer.status = webhook_status(err.kind);
        return;
    }
    struct delivery delivery = {.notices = &notices, .arena = arena};
    if (!desk_take(clerk->site->desk, &delivery, post.now_ns, &err)) {
        reply_err(exchange, &err);
        return;
    }
    if (delivery.is_refused) {
        refuse_full(clerk, exchange);
        return;
    }
    for (uint32_t i = 0; i < delivery.incidents_count; i++)
        live_mark(clerk->site->live, delivery.incidents[i]);
    if (delivery.opened > 0)
        workers_wake(clerk->site->worker_pool);
    answer_taken(exchange, &delivery);
}

/* {"alert": {...}} in our own form (docs/bundle.md), or that of Alertmanager. */
static bool take_alert(struct http_exchange *exchange, struct notice *out, struct err *err)
{
    const struct http_request *request = &exchange->request;
    json_error_t error;
    json_t *json = json_loadb(request->body.ptr, request->body.len, JSON_REJECT_DUPLICATES, &error);
    const json_t *alert = json_object_get(json, "alert");
    char *text = json_is_object(alert) ? json_dumps(alert, JSON_COMPACT) : NULL;
    bool ok = text != NULL;
    *out = (struct notice){.status = NOTICE_FIRING};
    if (!json)
        err_set(err, ERR_USAGE, "line %d, column %d: %s", error.line, error.column, error.text);
    else if (!ok)
        err_set(err, ERR_USAGE, "an object is wanted that has the alert as \"alert\"");
    else
        ok = alert_parse(request->arena, str_copy(request->arena, str_of(text)), &out->alert, err);
    json_decref(json);
    free(text);
    const struct str id = out->alert.id.len > 0 ? out->alert.id : out->alert.name;
    out->fingerprint = str_slice(id, 0, FINGERPRINT_LEN_MAX);
    return ok && (out->fingerprint.len > 0 || err_set(err, ERR_USAGE, "the alert has no name"));
}

void api_investigate(struct clerk *clerk, struct http_exchange *exchange)
{
    struct notice notice;
    struct str id;
    struct err err = {0};
    if (!take_alert(exchange, &notice, &err)) {
        http_refuse(exchange, 400, "usage", "%s", err.text);
        return;
    }
    if (!incident_open(clerk->ledger, exchange->request.arena, &clerk->site->limits, &notice, true,
                       wall_now_ns(), &id, &err)) {
        if (err.kind == ERR_OVER_BUDGET)
            refuse_full(clerk, exchange);
        else
            reply_err(exchange, &err);
        return;
    }
    workers_wake(clerk->site->worker_pool);
    live_mark(clerk->site->live, id);
    struct buf out = buf_new(exchange->request.arena);
    buf_add_char(&out, '{');
    member_text(&out, "incident", id);
    buf_add_char(&out, '}');
    reply_json(exchange, 202, &out);
}
