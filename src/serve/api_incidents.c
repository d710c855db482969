/* SPDX-License-Identifier: Apache-2.0 */
/* The list of incidents, one of them, and what a person may do with it. */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "case/kind.h"
#include "data/file.h"
#include "serve/live.h"
#include "serve/member.h"
#include "serve/reply.h"
#include "serve/router.h"
#include "serve/worker.h"

#include <string.h>

#define RELATED_MAX 5 /* more is a list of its own */
#define SOURCES_BYTES_MAX ((size_t)1 << 20)

static const char *text_of_kind(struct str name)
{
    for (int i = 0; i < KINDS_COUNT; i++)
        if (str_eq(str_of(kind_name((enum kind)i)), name))
            return kind_text((enum kind)i);
    return "";
}

static void put_verdict(struct buf *out, const struct verdict_brief *verdict)
{
    buf_add_char(out, '{');
    member_truth(out, "known", verdict->is_known);
    member_text_or_null(out, "service", verdict->service);
    member_text_or_null(out, "kind", verdict->kind);
    member_text_or_null(out, "kind_text", str_of(text_of_kind(verdict->kind)));
    member_real(out, "confidence", verdict->confidence);
    member_text(out, "headline", verdict->headline);
    member_text_or_null(out, "change", verdict->change);
    buf_add_char(out, '}');
}

static void put_members_of_incident(struct buf *out, const struct incident *it)
{
    member_text(out, "id", it->id);
    member_text(out, "title", it->title);
    member_text(out, "alert", it->alert_name);
    member_text(out, "service", it->service);
    member_text(out, "severity", it->severity);
    member_text_or_null(out, "url", it->url);
    member_text(out, "state", str_of(incident_state_name(it->state)));
    member_truth(out, "resolved", it->is_resolved);
    member_integer(out, "alerts", it->alerts);
    member_time(out, "started_at", it->started_ns);
    member_time(out, "opened_at", it->opened_ns);
    member_time(out, "updated_at", it->updated_ns);
    json_put_key(out, "took_ms");
    if (it->took_ns >= 0)
        buf_printf(out, "%lld", (long long)(it->took_ns / NS_PER_MS));
    else
        buf_add(out, STR("null"));
    member_text(out, "why", it->why);
    json_put_key(out, "verdict");
    if (it->has_verdict)
        put_verdict(out, &it->verdict);
    else
        buf_add(out, STR("null"));
}

void api_put_incident(struct buf *out, const struct incident *incident)
{
    buf_add_char(out, '{');
    put_members_of_incident(out, incident);
    buf_add_char(out, '}');
}

void api_tell_state(const struct site *site, struct ledger *ledger, struct str id)
{
    struct arena *arena = arena_new("state");
    struct incident incident;
    struct err err = {0};
    if (incident_read(ledger, arena, id, &incident, &err)) {
        struct buf out = buf_new(arena);
        api_put_incident(&out, &incident);
        if (incident.state >= INCIDENT_DONE)
            live_end(site->live, id, buf_str(&out));
        else
            live_state(site->live, id, buf_str(&out));
    }
    arena_free(arena);
}

static void put_incidents(struct buf *out, const char *name, const struct incident *items,
                          uint32_t count)
{
    json_put_key(out, name);
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_put_comma(out);
        api_put_incident(out, &items[i]);
    }
    buf_add_char(out, ']');
}

static bool read_filter(const struct http_request *request, struct incident_filter *out,
                        struct err *err)
{
    const struct str state = http_query(request, "state"), limit = http_query(request, "limit");
    int64_t count = 50;
    *out = (struct incident_filter){.service = http_query(request, "service"),
                                    .before = http_query(request, "before"),
                                    .has_state = state.len > 0};
    if (state.len > 0 && !incident_state_parse(state, &out->state))
        return err_set(
            err, ERR_USAGE,
            "state is one of queued, collecting, investigating, done, failed, cancelled");
    if (limit.len > 0 && (!str_to_int(limit, &count) || count < 1 || count > INCIDENT_PAGE_MAX))
        return err_set(err, ERR_USAGE, "limit is a number from 1 to %d", INCIDENT_PAGE_MAX);
    out->limit = (uint32_t)count;
    return true;
}

void api_list_incidents(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct incident_filter filter;
    struct incident *items;
    uint32_t count;
    struct err err = {0};
    if (!read_filter(&exchange->request, &filter, &err) ||
        !incident_list(clerk->ledger, arena, &filter, &items, &count, &err)) {
        reply_err(exchange, &err);
        return;
    }
    struct buf out = buf_new(arena);
    buf_add_char(&out, '{');
    put_incidents(&out, "incidents", items, count);
    member_text_or_null(&out, "next", count == filter.limit ? items[count - 1].id : STR(""));
    buf_add_char(&out, '}');
    reply_json(exchange, 200, &out);
}

static void put_member(struct buf *out, const struct incident_member *it)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    member_text(out, "fingerprint", it->fingerprint);
    member_text(out, "name", it->name);
    member_text(out, "service", it->service);
    member_text(out, "severity", it->severity);
    member_text_or_null(out, "url", it->url);
    member_text(out, "status", str_of(notice_status_name(it->status)));
    member_integer(out, "count", it->count);
    member_time(out, "first_at", it->first_ns);
    member_time(out, "last_at", it->last_ns);
    member_text(out, "why", it->why);
    json_put_key(out, "labels");
    buf_add(out, it->labels.len > 0 ? it->labels : STR("{}"));
    buf_add_char(out, '}');
}

static bool put_members(struct buf *out, struct ledger *ledger, struct str id, struct err *err)
{
    struct incident_member *items;
    uint32_t count;
    if (!incident_members(ledger, out->arena, id, &items, &count, err))
        return false;
    json_put_key(out, "members");
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++)
        put_member(out, &items[i]);
    buf_add_char(out, ']');
    return true;
}

static bool put_related(struct buf *out, struct ledger *ledger, struct str id, struct err *err)
{
    struct incident *items;
    uint32_t count;
    if (!incident_related(ledger, out->arena, id, RELATED_MAX, &items, &count, err))
        return false;
    put_incidents(out, "related", items, count);
    return true;
}

/* What became of each source that was asked; each line is an object (docs/bundle.md). */
static void put_sources(struct buf *out, const struct site *site, struct str id)
{
    struct str text = STR(""), line;
    struct err err = {0};
    const char *path = site_path(site, out->arena, id, "bundle/sources.jsonl").ptr;
    if (!file_read(out->arena, path, SOURCES_BYTES_MAX, &text, &err))
        text = STR(""); /* collected elsewhere, or not yet */
    json_put_key(out, "sources");
    buf_add_char(out, '[');
    while (str_split(&text, '\n', &line)) {
        json_t *json = json_loadb(line.ptr, line.len, 0, NULL);
        if (json_is_object(json)) {
            json_put_comma(out);
            buf_add(out, line);
        }
        json_decref(json);
    }
    buf_add_char(out, ']');
}

static bool put_feedback(struct buf *out, struct ledger *ledger, struct str case_key,
                         struct err *err)
{
    static const struct field columns[] = {
        {"verdict", TYPE_TEXT, 0, "", NULL},  {"cause", TYPE_TEXT, 0, "", NULL},
        {"service", TYPE_TEXT, 0, "", NULL},  {"change", TYPE_TEXT, 0, "", NULL},
        {"note", TYPE_TEXT, 0, "", NULL},     {"fix", TYPE_TEXT, 0, "", NULL},
        {"given_at", TYPE_TIME, 0, "", NULL}, {0}};
    const struct value values[] = {value_text(case_key)};
    struct batch *rows;
    if (!ledger_rows(ledger, out->arena,
                     "SELECT judgement, cause, service, change, note, fix, given_ns FROM feedback"
                     " WHERE case_key = ?1 ORDER BY number",
                     values, 1, columns, &rows, err))
        return false;
    json_put_key(out, "feedback");
    buf_add_char(out, '[');
    for (size_t row = 0; row < rows->rows; row++) {
        json_put_comma(out);
        json_put_row(out, rows, row);
    }
    buf_add_char(out, ']');
    return true;
}

void api_read_incident(struct clerk *clerk, struct http_exchange *exchange)
{
    struct arena *arena = exchange->request.arena;
    struct incident incident;
    struct err err = {0};
    struct buf out = buf_new(arena);
    if (!incident_read(clerk->ledger, arena, route_part(exchange, 0), &incident, &err)) {
        reply_err(exchange, &err);
        return;
    }
    buf_add_char(&out, '{');
    put_members_of_incident(&out, &incident);
    const bool ok = put_members(&out, clerk->ledger, incident.id, &err) &&
                    put_feedback(&out, clerk->ledger, incident.case_key, &err) &&
                    put_related(&out, clerk->ledger, incident.id, &err);
    put_sources(&out, clerk->site, incident.id);
    buf_add_char(&out, '}');
    if (ok)
        reply_json(exchange, 200, &out);
    else
        reply_err(exchange, &err);
}

/* ERR_USAGE of these two is a state that does not allow it. */
static void answer_change(struct clerk *clerk, struct http_exchange *exchange, bool ok,
                          const struct err *err)
{
    if (ok) {
        workers_wake(clerk->site->worker_pool);
        api_tell_state(clerk->site, clerk->ledger, route_part(exchange, 0));
        reply_done(exchange);
    } else if (err->kind == ERR_USAGE) {
        http_refuse(exchange, 409, "conflict", "%s", err->text);
    } else {
        reply_err(exchange, err);
    }
}

void api_cancel_incident(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct str id = route_part(exchange, 0);
    struct err err = {0};
    const bool ok = incident_cancel(clerk->ledger, id, wall_now_ns(), &err);
    if (ok)
        workers_cancel(clerk->site->worker_pool, id);
    answer_change(clerk, exchange, ok, &err);
}

void api_repeat_incident(struct clerk *clerk, struct http_exchange *exchange)
{
    struct err err = {0};
    const bool ok = incident_again(clerk->ledger, route_part(exchange, 0), &clerk->site->limits,
                                   wall_now_ns(), &err);
    answer_change(clerk, exchange, ok, &err);
}
