/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers after OWASP, "HTTP Security Response Headers". The page loads nothing from elsewhere and
 * runs no script that is not a file of ours; a report is a page of texts that came from outside, so
 * it gets a world of its own (`sandbox`), whatever it would say.
 */
#include "serve/door.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/auth.h"
#include "serve/log.h"
#include "serve/metrics.h"
#include "serve/pace.h"
#include "serve/router.h"

#define PAGE_POLICY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "              \
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; frame-src 'self'; "                 \
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
#define REPORT_POLICY                                                                              \
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "         \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
#define NOTHING_POLICY "default-src 'none'; frame-ancestors 'none'; sandbox"

/* ---- in ---- */

static bool find_route(struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    const struct route *route;
    struct str allowed;
    switch (route_find(request->arena, request->method, request->path, &route, &allowed)) {
    case ROUTE_NO_PATH:
        http_refuse(exchange, 404, "not_found", "there is nothing at this path");
        return false;
    case ROUTE_NO_METHOD:
        http_refuse(exchange, 405, "usage", "this path takes %s", allowed.ptr);
        http_answer_header(&exchange->answer, "Allow", allowed);
        return false;
    case ROUTE_FOUND:
        break;
    }
    exchange->route = route;
    return true;
}

/* A form of another page cannot be sent as JSON: to ask for that is a lock of its own. */
static bool body_fits(struct http_exchange *exchange, const struct route *route)
{
    const struct http_request *request = &exchange->request;
    const struct str length = http_header(request, "content-length");
    const bool is_chunked = http_header(request, "transfer-encoding").len > 0;
    const bool is_empty = !is_chunked && (length.len == 0 || str_eq(length, STR("0")));
    const struct str type = str_lower(request->arena, http_header(request, "content-type"));
    if (route->body_max == 0 && !is_empty)
        http_refuse(exchange, 413, "over_budget", "this path takes no body");
    else if (is_empty && route->wants_body)
        http_refuse(exchange, 411, "usage", "a body is wanted, and its length");
    else if (!is_empty && route->body && !str_starts(type, str_of(route->body)))
        http_refuse(exchange, 415, "usage", "this path takes %s, and so should Content-Type say",
                    route->body);
    else
        return true;
    return false;
}

/* Telemetry is not counted here: its store says itself when it has enough. */
static bool is_paced(const struct site *site, struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    const bool counts =
        str_eq(request->method, STR("POST")) &&
        (str_starts(request->path, STR("/webhook/")) || str_starts(request->path, STR("/api/")));
    if (!counts || pace_take(site->pace, request->address, exchange->begun_ns))
        return true;
    http_refuse(exchange, 429, "over_budget",
                "too many posts from this address; come again in a second");
    return false;
}

static bool admit(void *state, struct http_exchange *exchange, size_t *body_bytes_max)
{
    struct door *door = state;
    struct caller *caller = arena_push(exchange->request.arena, struct caller);
    if (!find_route(exchange))
        return false;
    const struct route *route = exchange->route;
    if (!is_paced(door->site, exchange) ||
        !auth_admit(door->site->auth, exchange, route->scope, caller) ||
        !body_fits(exchange, route))
        return false;
    exchange->caller = caller;
    *body_bytes_max = route->body_max;
    return true;
}

static bool answer(void *state, struct http_exchange *exchange)
{
    struct door *door = state;
    const struct route *route = exchange->route;
    struct clerk quick = {.site = door->site};
    if (route->is_quick)
        route->handle(&quick, exchange);
    return route->is_quick;
}

static void later(void *state, struct http_exchange *exchange)
{
    struct door *door = state;
    if (clerks_give(door->clerks, exchange))
        return;
    http_refuse(exchange, 503, "over_budget", "too many requests wait; try again");
    http_finish(exchange);
}

/* What people and programs change by the API. Alerts and telemetry are not written down here. */
static void write_down(struct clerk *clerk, const struct http_exchange *exchange)
{
    const struct route *route = exchange->route;
    const struct http_request *request = &exchange->request;
    const struct caller *caller = exchange->caller;
    struct err err = {0};
    if (route->scope == SCOPE_NONE || route->scope == SCOPE_READ || !route->is_audited ||
        exchange->answer.status >= 300)
        return;
    const struct str what = str_printf(request->arena, "%s %s", route->method, route->path);
    if (!audit_add(clerk->ledger, str_of(caller->name), what, request->path, wall_now_ns(), &err))
        log_line(LOG_ERROR, "audit", "%s %.*s: %s", what.ptr, STR_ARG(request->path), err.text);
}

void door_work(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct route *route = exchange->route;
    route->handle(clerk, exchange);
    write_down(clerk, exchange);
}

/* ---- out ---- */

static void dress(void *state, struct http_exchange *exchange)
{
    (void)state;
    struct http_answer *answer = &exchange->answer;
    const struct str type = str_of(answer->media_type);
    const bool is_html = str_starts(type, STR("text/html"));
    const bool is_api = str_starts(exchange->request.path, STR("/api/"));
    const bool is_report = is_html && is_api;
    http_answer_header(answer, "Content-Security-Policy",
                       is_report ? STR(REPORT_POLICY)
                       : is_html ? STR(PAGE_POLICY)
                                 : STR(NOTHING_POLICY));
    http_answer_header(answer, "X-Content-Type-Options", STR("nosniff"));
    http_answer_header(answer, "X-Frame-Options", is_report ? STR("SAMEORIGIN") : STR("DENY"));
    http_answer_header(answer, "Referrer-Policy", STR("no-referrer"));
    http_answer_header(answer, "Cross-Origin-Resource-Policy", STR("same-origin"));
    if (is_html)
        http_answer_header(answer, "Cross-Origin-Opener-Policy", STR("same-origin"));
    http_answer_header(answer, "Cache-Control", is_api ? STR("no-store") : STR("no-cache"));
    if (exchange->request.is_tls)
        http_answer_header(answer, "Strict-Transport-Security", STR("max-age=31536000"));
}

/* What is refused or fails is said once a request; what is served is counted. */
static void over(void *state, const struct http_exchange *exchange, size_t bytes)
{
    struct door *door = state;
    const struct http_request *request = &exchange->request;
    const int status = exchange->answer.status;
    const int64_t took_ns = clock_now_ns(clock_system()) - exchange->begun_ns;
    metrics_count_answer(door->site->metrics, exchange, took_ns, bytes);
    if (status >= 500 || status == 401 || status == 403)
        log_line(LOG_WARNING, "http", "%d to %.*s: %.*s %.*s, in %lld ms", status,
                 STR_ARG(request->peer), STR_ARG(request->method), STR_ARG(request->path),
                 (long long)(took_ns / NS_PER_MS));
}

struct http_handler door_handler(struct door *door)
{
    return (struct http_handler){.state = door,
                                 .admit = admit,
                                 .answer = answer,
                                 .later = later,
                                 .dress = dress,
                                 .over = over};
}
