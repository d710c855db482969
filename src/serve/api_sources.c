/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asked about alerts, and whether they answer. */
#include "serve/api.h"

#include "base/arena.h"
#include "base/clock.h"
#include "connect/connector.h"
#include "serve/child.h"
#include "serve/member.h"
#include "serve/reply.h"
#include "serve/router.h"

#include <unistd.h>

#define TEST_NS (30 * NS_PER_S)
#define SAID_BYTES_MAX ((size_t)64 << 10)

/* No keys, and no headers: they may be keys. */
static void put_source(struct buf *out, const struct source *source)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    member_text(out, "name", source->name);
    member_text(out, "kind", str_of(source->connector->name));
    member_text(out, "summary", str_of(source->connector->summary));
    member_text(out, "signal", str_of(signal_name(source->connector->signal)));
    member_text_or_null(out, "url", source->url);
    member_text_or_null(out, "path", source->path);
    buf_add_char(out, '}');
}

void api_list_sources(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct config_items *items = &clerk->site->config->sources;
    struct buf out = buf_new(exchange->request.arena);
    buf_add(&out, STR("{\"sources\":["));
    for (uint32_t i = 0; i < items->count; i++)
        put_source(&out, items->items[i].thing);
    buf_add_char(&out, ']');
    member_truth(&out, "receives", clerk->site->receive != NULL);
    buf_add_char(&out, '}');
    reply_json(exchange, 200, &out);
}

static bool is_configured(const struct config_items *items, struct str name)
{
    for (uint32_t i = 0; i < items->count; i++)
        if (str_eq(items->items[i].name, name))
            return true;
    return false;
}

void api_test_source(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct site *site = clerk->site;
    struct arena *arena = exchange->request.arena;
    const struct str name = route_part(exchange, 0);
    if (!is_configured(&site->config->sources, name)) {
        http_refuse(exchange, 404, "not_found", "no source of that name is configured");
        return;
    }
    struct child_keeps said = {.bytes = buf_new(arena), .bytes_max = SAID_BYTES_MAX};
    const char *const argv[] = {site->program,
                                "sources",
                                "test",
                                str_copy(arena, name).ptr,
                                str_printf(arena, "--config=%s", site->config_path).ptr,
                                NULL};
    const struct child_order order = {.argv = argv,
                                      .environment = (const char *const *)environ,
                                      .deadline_ns = clock_now_ns(clock_system()) + TEST_NS,
                                      .stop_fd = -1,
                                      .heard = child_keep,
                                      .heard_fd = STDOUT_FILENO,
                                      .state = &said};
    struct child_result result;
    struct err err = {0};
    if (!child_run(&order, &result, &err)) {
        reply_err(exchange, &err);
        return;
    }
    struct buf out = buf_new(arena);
    const bool is_late = result.end == CHILD_LATE;
    buf_add_char(&out, '{');
    member_truth(&out, "ok", result.end == CHILD_ENDED && result.code == 0);
    member_text(&out, "said",
                is_late              ? STR("it has not answered in time")
                : said.bytes.len > 0 ? str_trim(buf_str(&said.bytes))
                                     : str_of(result.said));
    buf_add_char(&out, '}');
    reply_json(exchange, 200, &out);
}
