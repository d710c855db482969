/* SPDX-License-Identifier: Apache-2.0 */
/* What happens, as it happens: server-sent events. */
#include "serve/api.h"

#include "base/arena.h"
#include "data/file.h"
#include "serve/live.h"
#include "serve/reply.h"
#include "serve/router.h"

#define JOURNAL_TOLD_BYTES_MAX ((size_t)64 << 20)

static void answer_feed(struct http_exchange *exchange, struct http_feed *feed)
{
    if (!feed) {
        http_refuse(exchange, 503, "over_budget", "too many are watching already");
        return;
    }
    exchange->answer = (struct http_answer){
        .status = 200, .media_type = "text/event-stream; charset=utf-8", .feed = feed};
    http_answer_header(&exchange->answer, "X-Accel-Buffering", STR("no")); /* nginx in front */
}

static uint64_t last_event(const struct http_request *request)
{
    int64_t number = 0;
    const struct str header = http_header(request, "last-event-id");
    const struct str asked = header.len > 0 ? header : http_query(request, "after");
    return str_to_int(asked, &number) && number > 0 ? (uint64_t)number : 0;
}

void api_watch_incident(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    struct arena *arena = request->arena;
    struct incident incident;
    struct err err = {0};
    struct str journal = STR("");
    if (!incident_read(clerk->ledger, arena, route_part(exchange, 0), &incident, &err)) {
        reply_err(exchange, &err);
        return;
    }
    const bool is_over = incident.state >= INCIDENT_DONE;
    const struct str path = site_path(clerk->site, arena, incident.id, "journal.jsonl");
    if (is_over && !file_read(arena, path.ptr, JOURNAL_TOLD_BYTES_MAX, &journal, &err))
        journal = STR(""); /* one that failed early has none: then its end is all */
    struct buf text = buf_new(arena);
    api_put_incident(&text, &incident);
    answer_feed(exchange, live_watch(clerk->site->live, incident.id, last_event(request),
                                     buf_str(&text), is_over, journal));
}

void api_watch_all(struct clerk *clerk, struct http_exchange *exchange)
{
    answer_feed(exchange, live_watch_all(clerk->site->live));
}
